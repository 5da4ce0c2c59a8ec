// Says at once that a file is too large, before it travels: <input type="file" data-max-bytes="…" data-max-text="…">
for (const input of document.querySelectorAll("input[type=file][data-max-bytes]")) {
  input.addEventListener("change", () => {
    const large = [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
    input.setCustomValidity(large ? input.dataset.maxText : "");
    if (large) input.reportValidity();
  });
}
