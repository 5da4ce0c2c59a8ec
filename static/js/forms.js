// Small manners of every form: ask before what cannot be undone, and never send the same form twice.
//   <form data-confirm="确定要……吗？">     asks first
//   <form data-once>                       is sent once, however long the answer takes
//   <select data-autosubmit>               sends its form when changed
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // Not form.method: a field of that name would stand in its place.
  if ((form.getAttribute("method") ?? "").toLowerCase() !== "post" || form.dataset.repeatable !== undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  // What must not be sent twice, however long the answer takes: a second one would hide the first one's.
  if (form.dataset.once !== undefined) return;
  // The page may stay (a download, the back button): allow another try after a while.
  window.setTimeout(() => delete form.dataset.sent, 5000);
}, true);

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("change", (event) => {
  if (event.target.dataset?.autosubmit !== undefined) event.target.form.requestSubmit();
});
