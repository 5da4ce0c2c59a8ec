// The manners of rows that store themselves (form.row-form): what is refused is shown and nothing typed is lost.
//   .save-state            where the server's answer goes; also told here when the network or the log-in is gone
//   [data-reset]           a form that is emptied once its request has been carried out
//   [data-remove]          a button that takes the nearest element of that name off the page
//   [data-kind]            an item's form; shows the fields of the chosen answer kind
const SHOWN = [409, 422];
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

document.addEventListener("input", (event) => {
  const form = event.target.closest(".row-form");
  if (!form) return;
  unsaved.add(form);
  tell(form, "正在保存……", "");
});

document.addEventListener("change", (event) => {
  if (event.target.name === "answer_kind") event.target.form.dataset.kind = event.target.value;
});

// Choosing a theme to move to is not an edit of the row.
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.matches("[data-move-to]")) event.stopPropagation();
  }, true);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const asked = new URL(requestConfig.path, document.baseURI).pathname;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked) {
    // Sent elsewhere, that is to the log-in page: its text must not land in a row.
    event.detail.shouldSwap = false;
    tell(requestConfig.elt, "登录已过期，没有保存。请在新窗口重新登录，再回到本页继续；已填写的内容还在。", "bad");
    return;
  }
  if (SHOWN.includes(xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, successful, requestConfig, target } = event.detail;
  if (!successful || xhr.status !== 200) return;
  if (elt.matches(".row-form")) unsaved.delete(elt);
  else if (elt.matches("[data-reset]")) elt.reset();
  if (requestConfig.verb === "post" && !elt.matches(".row-form") && target.id !== "page-state") {
    const now = new Date();
    tell(document.body, `已保存 ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`, "ok");
  }
});

document.addEventListener("htmx:sendError", (event) => {
  tell(event.detail.elt, "网络中断，没有保存。内容还在本页，网络恢复后会自动再保存一次。", "bad");
});

document.addEventListener("htmx:responseError", (event) => {
  const gone = event.detail.xhr.status === 404;
  tell(event.detail.elt, gone ? "没有保存：这份清单已不存在，或您的权限已变化。请刷新页面查看。" : "服务器没有完成保存，请稍后再改动一次；若仍不行，请联系管理员。", "bad");
});

window.addEventListener("online", () => {
  for (const form of unsaved) if (form.isConnected) form.requestSubmit();
});

window.addEventListener("beforeunload", (event) => {
  if ([...unsaved].some((form) => form.isConnected)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  button?.closest(button.dataset.remove).remove();
});
