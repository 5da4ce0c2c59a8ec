// Fields that only some of the verbs on many rows need:  <select data-bulk-verb> and  <input data-bulk-for="close remind" hidden>
function refresh(select) {
  for (const field of document.querySelectorAll("[data-bulk-for]")) {
    const needed = field.dataset.bulkFor.split(" ").includes(select.value);
    field.hidden = !needed;
    field.disabled = !needed;
  }
}

for (const select of document.querySelectorAll("[data-bulk-verb]")) {
  select.addEventListener("change", () => refresh(select));
  refresh(select);
}
