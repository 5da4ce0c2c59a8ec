// Shows in the finding form only what its kind has (a good practice has neither severity nor cause), and which files are chosen.
function adjust(form) {
  const kind = form.querySelector("input[name=kind]:checked")?.value;
  for (const part of form.querySelectorAll("[data-not-for]")) part.hidden = part.dataset.notFor === kind;
}

function adjustAll() {
  for (const form of document.querySelectorAll("[data-finding-form]")) adjust(form);
}

document.addEventListener("change", ({ target }) => {
  if (target.dataset?.namesChosen !== undefined) {
    const list = target.closest("form").querySelector(".chosen-files");
    list.replaceChildren(...Array.from(target.files, (file) => Object.assign(document.createElement("li"), { textContent: file.name })));
  }
  if (target.name === "kind" && target.form?.matches("[data-finding-form]")) adjust(target.form);
});
document.addEventListener("htmx:afterSwap", adjustAll);
adjustAll();
