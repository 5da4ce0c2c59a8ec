// Says so when a partial update failed, instead of leaving the page as if nothing had happened. Pages that save field by field
// have their own, finer handling.
function say(text) {
  const box = document.getElementById("messages");
  const note = document.createElement("div");
  note.className = "alert alert-danger py-2";
  note.setAttribute("role", "alert");
  note.textContent = text;
  box.replaceChildren(note);
  box.scrollIntoView({ block: "center" });
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => say("没有完成：连不上服务器。请检查网络后重试，刚才的改动没有保存。"));
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  const reasons = { 403: "没有权限，或者页面打开得太久。", 404: "内容已不存在，可能刚刚被别人移除。", 409: "刚刚有人做了别的修改。", 413: "一次上传的内容过大。", 503: "系统暂时繁忙。" };
  say(`没有完成：${reasons[detail.xhr.status] ?? "系统出错了。"}请刷新页面后重试。`);
});

// A request that ended at another address was sent to the log-in page: show that as a page, not inside a table row.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const asked = new URL(requestConfig.path, window.location.href);
  if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked.pathname) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
