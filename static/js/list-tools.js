// Menus above a list: <details data-drop>. One is open at a time; a click beside it, or Escape, shuts it.
// The list may be loaded anew (htmx), so they are looked for when something happens.
const open = () => document.querySelectorAll("details[data-drop][open]");

document.addEventListener("click", (event) => {
  for (const drop of open()) if (!drop.contains(event.target)) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of open()) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});
