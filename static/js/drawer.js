// The drawer in which findings are noted: opens when its content has come, shuts when the server says so (event drawer:done).
//   <button hx-get="…" data-opens-drawer>   the answer is aimed at #drawer-body by the server
import { toast } from "./saving.js";

const drawer = document.getElementById("drawer");
const body = document.getElementById("drawer-body");

function shut() {
  drawer.close();
  // Empty, so that the next finding does not find the last one's files still chosen.
  body.replaceChildren();
}

function mayShut() {
  return !body.querySelector("form[data-finding-form][data-unsaved]") || window.confirm("填写的内容还没有保存，确定关闭吗？");
}

if (drawer) {
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== body) return;
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
  });
  // Whatever brought a new list of findings (a save may be refused in part and leave the drawer open), the counts follow it.
  document.addEventListener("htmx:afterSettle", () => {
    const count = document.getElementById("findings")?.dataset.count;
    for (const place of document.querySelectorAll("[data-finding-count]")) place.textContent = count;
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-closes-drawer]") && mayShut()) shut();
    if (target === drawer && mayShut()) shut();
  });
  drawer.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (mayShut()) shut();
  });
  document.addEventListener("drawer:done", ({ detail }) => {
    shut();
    toast(detail.notice);
  });
}
