// Definitions of figures (<details class="what">): one open at a time, closed by a tap elsewhere or by Escape.
const SELECTOR = "details.what[open]";

function close(except) {
  for (const box of document.querySelectorAll(SELECTOR)) if (box !== except) box.open = false;
}

document.addEventListener("click", ({ target }) => close(target.closest("details.what")));
document.addEventListener("keydown", ({ key }) => {
  const open = key === "Escape" && document.querySelector(SELECTOR);
  if (!open) return;
  close();
  open.querySelector("summary").focus();
});
