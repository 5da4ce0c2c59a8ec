// Opens and closes the side menu on narrow screens.
const side = document.getElementById("side-menu");
const button = document.getElementById("menu-button");

function setOpen(open) {
  side.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
  if (open) side.querySelector("a").focus();
}

if (side && button) {
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    setOpen(!side.classList.contains("open"));
  });
  document.addEventListener("click", (event) => {
    if (side.classList.contains("open") && !side.contains(event.target)) setOpen(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.classList.contains("open")) {
      setOpen(false);
      button.focus();
    }
  });
}
