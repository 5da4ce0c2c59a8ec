// The manners of rows that store themselves (form.row-form): what is refused is shown and nothing typed is lost.
//   .save-state            where the server's answer goes; also told here when the network or the log-in is gone
//   [data-reset]           a form that is emptied once its request has been carried out
//   [data-remove]          a button that takes the nearest element of that name off the page
//   [data-close]           a button in the line of an open row that stands for the closing button of its form
//   [data-kind]            an item's form; shows the fields of the chosen answer kind
const SHOWN = [409, 422];
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
const unsaved = new Set();

function stateOf(element) {
  return element.closest(".row-form")?.querySelector(".save-state") ?? document.getElementById("page-state");
}

function tell(element, text, tone) {
  const state = stateOf(element);
  if (!state) return;
  let line = state.querySelector(".save-text");
  if (!line) {
    line = document.createElement("div");
    state.append(line);
  }
  line.className = `save-text ${tone}`;
  line.textContent = text;
}

// The page's own line must not say "saved" while a row is not.
const STILL_OPEN = "有内容还没有保存，请看标红的地方。";
function keepLineHonest() {
  const line = document.querySelector("#page-state .save-text");
  const isOpen = [...document.querySelectorAll(".row-form .save-text.bad")].some((one) => one.textContent.trim());
  if (isOpen && line?.matches(".ok")) tell(document.body, STILL_OPEN, "bad");
  else if (!isOpen && line?.textContent === STILL_OPEN) line.remove();
}
document.addEventListener("htmx:afterSettle", keepLineHonest);

// A number without its unit would only be refused: nothing is sent before the unit stands there, unless one asks for it.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (!elt.matches(".item-form") || elt.elements.answer_kind.value !== "number" || triggeringEvent?.type === "submit") return;
  const unit = elt.querySelector("[name=unit_of_measure]");
  if (unit.value.trim()) return;
  event.preventDefault();
  tell(elt, "填写计量单位后自动保存。", "");
  document.querySelector("#page-state .save-text.ok")?.remove();
});

document.addEventListener("input", (event) => {
  const form = event.target.closest(".row-form");
  if (!form) return;
  unsaved.add(form);
  tell(form, "正在保存……", "");
});

document.addEventListener("change", (event) => {
  if (event.target.name !== "answer_kind") return;
  event.target.form.dataset.kind = event.target.value;
  if (event.target.value === "number") event.target.form.querySelector("[name=unit_of_measure]").focus();
});

// Choosing a theme to move to is not an edit of the row.
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.matches("[data-move-to]")) event.stopPropagation();
  }, true);
}

// htmx remembers the button last clicked until it loses focus, which some browsers never give it: only a submission sends one.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters, triggeringEvent } = event.detail;
  if (!elt.matches(".row-form") || triggeringEvent?.type === "submit") return;
  delete parameters.close;
  delete parameters.base_override;
});

// Sent elsewhere, that is to the log-in page: leaving would lose what stands here unsaved.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig } = event.detail;
  const asked = new URL(requestConfig.path, document.baseURI).pathname;
  if (!unsaved.size || !xhr.responseURL || new URL(xhr.responseURL).pathname === asked) return;
  event.preventDefault();
  tell(requestConfig.elt, "登录已过期，没有保存。请在新窗口重新登录，再回到本页，系统会自动保存；已填写的内容还在。", "bad");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!SHOWN.includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, successful, requestConfig, target } = event.detail;
  if (!successful || xhr.status !== 200) return;
  if (elt.matches(".row-form")) unsaved.delete(elt);
  else if (elt.matches("[data-reset]")) elt.reset();
  if (requestConfig.verb === "post" && !elt.matches(".row-form") && target.id !== "page-state") {
    tell(document.body, `已保存 ${CLOCK.format(new Date())}`, "ok");
    keepLineHonest();
  }
});

document.addEventListener("htmx:sendError", (event) => {
  tell(event.detail.elt, "网络中断，没有保存。内容还在本页，网络恢复后会自动再保存一次。", "bad");
});

document.addEventListener("htmx:responseError", (event) => {
  const reasons = {
    403: "没有保存：登录已过期，或您的权限已变化。请在新窗口重新登录，再回到本页，系统会自动保存；已填写的内容还在。",
    404: "没有保存：这份清单已不存在，或您的权限已变化。请刷新页面查看。",
  };
  tell(event.detail.elt, reasons[event.detail.xhr.status] ?? "服务器没有完成保存，请稍后再改动一次；若仍不行，请联系管理员。", "bad");
});

// Whoever logged in again in another window has a new token; the one this page came with is refused.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token) event.detail.headers["x-csrftoken"] = token;
});

function retry() {
  for (const form of unsaved) if (form.isConnected) form.requestSubmit();
}
window.addEventListener("online", retry);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") retry();
});

window.addEventListener("beforeunload", (event) => {
  if ([...unsaved].some((form) => form.isConnected)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  button?.closest(button.dataset.remove).remove();
  event.target.closest("[data-close]")?.closest("li").querySelector("[name=close]").click();
});
