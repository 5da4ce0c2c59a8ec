// The side: sources, remarks, find, insert, check and the list of keys. What it shows follows the chosen paragraph.
import { address } from "./send.js";

const panel = document.getElementById("ed-panel");
const side = panel.closest(".ed-right");
const fold = document.getElementById("ed-fold");
const tabs = [...document.querySelectorAll(".ed-tabs [role=tab]")];
let tab = "basis";
let shown = "";
let paragraph = "";
let timer;

function pathOf() {
  // Undone or merged away meanwhile: there is nothing to tell about it.
  if (!document.getElementById(`p-${paragraph}`)) paragraph = "";
  if (tab === "basis") return paragraph && `${paragraph}/basis/`;
  if (tab === "remarks") return `remarks/?paragraph=${paragraph}`;
  if (tab === "find") return "find/";
  if (tab === "insert") return "insert/";
  return tabs.find((each) => each.dataset.tab === tab)?.dataset.address ?? "";
}

async function load() {
  if (tab === "keys") {
    panel.replaceChildren(document.getElementById("ed-keys").content.cloneNode(true));
    return;
  }
  const path = pathOf();
  if (!path) return;
  let reply;
  try {
    reply = await fetch(address(path), { headers: { "HX-Request": "true" }, redirect: "manual" });
  } catch {
    panel.textContent = "连不上服务器，请稍后再点一次。";
    return;
  }
  if (!reply.ok) {
    panel.textContent = reply.status === 404 ? "这一段刚被删除。" : "没有读到内容，请刷新页面后重试。";
    return;
  }
  const html = await reply.text();
  if (path !== pathOf()) return;
  panel.innerHTML = html;
  window.htmx.process(panel);
}

// On a narrow screen the side lies folded at the lower edge: under the sheet it would be far away from the paragraph it speaks of.
function unfold(open) {
  side.classList.toggle("open", open);
  fold.hidden = !open;
}

export function choose(name, focus = false) {
  tab = name;
  unfold(true);
  window.clearTimeout(timer);
  for (const each of tabs) {
    const here = each.dataset.tab === name;
    each.setAttribute("aria-selected", String(here));
    each.tabIndex = here ? 0 : -1;
    if (here && focus) each.focus();
  }
  shown = "";
  return load();
}

// Only sources and remarks speak of one paragraph; what somebody searches for stays where it is.
export function follow(uid) {
  paragraph = uid;
  if (!["basis", "remarks"].includes(tab) || shown === uid) return;
  if (tab === "remarks" && panel.querySelector("textarea")?.value.trim()) return;
  shown = uid;
  window.clearTimeout(timer);
  timer = window.setTimeout(load, 150);
}

export function refresh() {
  if (tab === "basis" || tab === "check") load();
}

fold.addEventListener("click", () => {
  unfold(false);
  tabs.find((each) => each.dataset.tab === tab)?.focus();
});

for (const each of tabs) {
  each.addEventListener("click", () => choose(each.dataset.tab));
  each.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(tabs[(tabs.indexOf(each) + step + tabs.length) % tabs.length].dataset.tab, true);
  });
}

panel.addEventListener("click", ({ target }) => {
  const name = target.closest("[data-mention]")?.dataset.mention;
  if (!name) return;
  const field = document.getElementById("remark-text");
  field.value = `${field.value}@${name} `;
  field.focus();
});

// A refusal is shown like any answer.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 409) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, () => {
    const note = document.createElement("div");
    note.className = "alert alert-danger py-2";
    note.setAttribute("role", "alert");
    note.textContent = "没有完成：连不上服务器，或登录已过期。填写的内容仍在，请稍后重试。";
    panel.prepend(note);
  });
}
