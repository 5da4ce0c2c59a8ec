// <details open data-shut-when-narrow>: open beside a wide list, shut on a phone, where it would fill the first screen
// (unless something in it is to be corrected).
if (window.matchMedia("(max-width: 991.98px)").matches) {
  for (const details of document.querySelectorAll("details[data-shut-when-narrow]")) details.open = Boolean(details.querySelector(".is-invalid"));
}
