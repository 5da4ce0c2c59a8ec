// Forms that send their files as soon as they are chosen:  <form data-send-when-chosen> … <input type="file"> … <p data-sending hidden>
// What file-size.js refuses empties the field, and is not sent.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-send-when-chosen]");
  if (!form || event.target.type !== "file") return;
  window.setTimeout(() => {
    if (!event.target.files.length) return;
    const sending = form.querySelector("[data-sending]");
    if (sending) sending.hidden = false;
    form.requestSubmit();
  }, 0);
});
