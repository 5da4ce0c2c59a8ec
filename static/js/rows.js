// An editable, ordered list of form rows (a Django formset): add, remove, up, down. Names are renumbered, so the order on the
// page is the order that is saved.
//   <fieldset data-rows="prefix"> management form, [data-rows-list] with [data-row]s, <template> with one empty row, [data-row-add]
function renumber(box) {
  const prefix = box.dataset.rows;
  const rows = [...box.querySelectorAll("[data-row]")];
  const pattern = new RegExp(`${prefix}-(\\d+|__prefix__)-`);
  rows.forEach((row, place) => {
    for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(pattern, `${prefix}-${place}-`));
      }
    }
    row.querySelector("[data-row-up]").disabled = place === 0;
    row.querySelector("[data-row-down]").disabled = place === rows.length - 1;
  });
  box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`).value = String(rows.length);
  box.querySelector(`[name="${prefix}-INITIAL_FORMS"]`).value = "0";
}

function act(box, button) {
  const list = box.querySelector("[data-rows-list]");
  const row = button.closest("[data-row]");
  if (button.dataset.rowAdd !== undefined) {
    list.append(box.querySelector("template").content.cloneNode(true));
    renumber(box);
    list.lastElementChild.querySelector("input").focus();
    return;
  }
  if (button.dataset.rowUp !== undefined) row.previousElementSibling?.before(row);
  else if (button.dataset.rowDown !== undefined) row.nextElementSibling?.after(row);
  else row.remove();
  renumber(box);
  if (row.isConnected) (button.disabled ? row.querySelector("input") : button).focus();
}

for (const box of document.querySelectorAll("[data-rows]")) {
  renumber(box);
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-add], [data-row-up], [data-row-down], [data-row-remove]");
    if (button) act(box, button);
  });
}
