// Says at once that a file is too large, before it travels: <input type="file" data-max-bytes="…" data-max-text="…">
// With a place for it (data-file-fault) in the form, only the large files are left out, and named there; else the form is held back.
function leaveOut(input, large, place) {
  const rest = new DataTransfer();
  for (const file of input.files) if (!large.includes(file)) rest.items.add(file);
  input.files = rest.files;
  place.textContent = large.length ? `没有选入：${large.map((file) => file.name).join("、")}。${input.dataset.maxText}` : "";
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-max-bytes]")) return;
  const large = [...input.files].filter((file) => file.size > Number(input.dataset.maxBytes));
  const place = input.form?.querySelector("[data-file-fault]");
  if (place) {
    leaveOut(input, large, place);
    // Nothing is left to be sent, by a form that sends what is chosen.
    if (large.length && !input.files.length) event.stopImmediatePropagation();
    return;
  }
  input.setCustomValidity(large.length ? input.dataset.maxText : "");
  if (large.length) input.reportValidity();
}, true);
