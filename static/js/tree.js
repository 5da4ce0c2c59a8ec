// The organization tree: opening and closing branches, keyboard, marking where we are, folding on narrow screens.
// Back and forward put the page's content anew: the tree is looked up each time, and its events are heard at the body, which stays.
const theTree = () => document.getElementById("organization-tree");

function setOpen(toggle, open) {
  toggle.setAttribute("aria-expanded", String(open));
  toggle.closest("li").querySelector(":scope > ul").hidden = !open;
}

function mark(key) {
  for (const link of theTree().querySelectorAll("[data-node]")) {
    if (link.dataset.node === key) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function fold(open) {
  const tree = theTree();
  tree.classList.toggle("open", open);
  tree.querySelector(".tree-fold").setAttribute("aria-expanded", String(open));
}

document.body.addEventListener("click", (event) => {
  const tree = event.target.closest("#organization-tree");
  if (!tree) return;
  const toggle = event.target.closest(".tree-toggle");
  if (toggle) setOpen(toggle, toggle.getAttribute("aria-expanded") !== "true");
  if (event.target.closest(".tree-fold")) fold(!tree.classList.contains("open"));
  if (event.target.closest("[data-node]")) fold(false);
});

// Arrow keys walk over what is visible: down, up, right opens, left closes or goes to the parent.
document.body.addEventListener("keydown", (event) => {
  const link = event.target.closest("#organization-tree [data-node]");
  if (!link || !event.key.startsWith("Arrow")) return;
  const visible = [...theTree().querySelectorAll("[data-node]")].filter((one) => one.offsetParent);
  const toggle = link.closest("li")?.querySelector(":scope > .tree-row > .tree-toggle");
  const isOpen = toggle?.getAttribute("aria-expanded") === "true";
  let next;
  if (event.key === "ArrowDown") next = visible[visible.indexOf(link) + 1];
  else if (event.key === "ArrowUp") next = visible[visible.indexOf(link) - 1];
  else if (event.key === "ArrowRight" && toggle && !isOpen) toggle.click();
  else if (event.key === "ArrowRight" && isOpen) next = visible[visible.indexOf(link) + 1];
  else if (event.key === "ArrowLeft" && isOpen) toggle.click();
  else if (event.key === "ArrowLeft") next = link.closest("ul")?.closest("li")?.querySelector("[data-node]");
  event.preventDefault();
  next?.focus();
});

// Whatever way the list changed (a click, back, forward), the tree shows where it is.
document.body.addEventListener("htmx:afterSettle", () => {
  const shown = document.querySelector("#directory-list [data-current]");
  if (shown) mark(shown.dataset.current);
});
document.body.addEventListener("htmx:responseError", (event) => {
  const waiting = event.target.closest?.("li")?.querySelector(".tree-wait");
  if (waiting) waiting.textContent = "没有加载成功，请刷新页面后再试。";
});

theTree().querySelector(".tree-link[aria-current]")?.scrollIntoView({ block: "nearest" });
