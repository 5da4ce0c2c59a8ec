// Says what became of every save, and never loses what was typed.
//   <form hx-trigger="change, typed" data-saves> … <div class="save-text"></div></form>
// The server's refusals (409, 422) are shown like any answer; a dead network, a lost session or a server error is told in .save-text,
// with a button to try again. The fields themselves are never replaced. Leaving the page with something unsaved is asked about.

const REFUSALS = [409, 422];
const pauses = new WeakMap();

const formOf = (element) => element.closest?.("form[data-saves]");

function retry(form) {
  // A form that saves while it is filled in listens to change; its submit may mean something else (conclude).
  if ((form.getAttribute("hx-trigger") ?? "").includes("change")) window.htmx.trigger(form, "change");
  else form.requestSubmit();
}

export function toast(text, lasting = false) {
  const line = document.getElementById("toast");
  if (!line) return;
  line.textContent = text;
  line.hidden = false;
  window.clearTimeout(toast.timer);
  if (!lasting) toast.timer = window.setTimeout(() => { line.hidden = true; }, 4000);
}

function fail(element, text, link) {
  const form = formOf(element);
  const place = form?.querySelector(".save-text");
  if (!place) {
    toast(text);
    return;
  }
  form.dataset.unsaved = "";
  form.dataset.failed = "";
  const line = document.createElement("p");
  line.className = "fault";
  line.append(text);
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link, target: "_blank", rel: "noopener", textContent: "打开登录页" });
    line.append(" ", anchor);
  }
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: "重试" });
  button.addEventListener("click", () => retry(form));
  place.replaceChildren(line, button);
}

// A page that was open over a new log-in has an old token; the cookie always has the present one.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  detail.headers["x-csrftoken"] = token;
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token;
});

// A lost session is answered with the log-in page, by redirect or by name. Following it would throw away what was typed.
function loginAddress({ xhr, requestConfig }) {
  const named = xhr.getResponseHeader("HX-Redirect");
  if (named) return named;
  const asked = new URL(requestConfig.path, window.location.href);
  return xhr.responseURL && new URL(xhr.responseURL).pathname !== asked.pathname ? xhr.responseURL : "";
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const address = loginAddress(event.detail);
  if (!address || !formOf(event.detail.elt)) return;
  event.preventDefault();
  fail(event.detail.elt, "未保存：登录已过期。请在新窗口登录后回到本页重试，填写的内容仍在。", address);
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!REFUSALS.includes(detail.xhr.status)) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = formOf(detail.elt);
  if (!form || detail.requestConfig.verb !== "post" || detail.xhr.status !== 200 || loginAddress(detail)) return;
  delete form.dataset.unsaved;
  delete form.dataset.failed;
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => fail(detail.elt, "未保存，请重试：网络不通或太慢。填写的内容仍在。"));
}
document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status } = detail.xhr;
  const reason = { 403: "没有权限，或活动已结束。请刷新页面查看", 404: "内容已不存在，或您已不能查看。请刷新页面查看", 413: "内容太大，服务器没有接受" }[status] ?? "服务器出错";
  fail(detail.elt, `未保存，请重试：${reason}。填写的内容仍在。`);
});

document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form?.hasAttribute("hx-post")) return;
  form.dataset.unsaved = "";
  // Text is saved in the pauses of typing too, not only when the field is left: a phone may be locked before that.
  if (target.matches("textarea, input:not([type=radio], [type=checkbox], [type=file])")) {
    window.clearTimeout(pauses.get(form));
    pauses.set(form, window.setTimeout(() => window.htmx.trigger(form, "typed"), 1500));
  }
});

window.addEventListener("offline", () => toast("网络已断开，暂时无法保存。填写的内容留在页面上，恢复后会自动重试。", true));
window.addEventListener("online", () => {
  toast("网络已恢复。");
  for (const form of document.querySelectorAll("form[data-failed]")) retry(form);
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-saves][data-unsaved]")) event.preventDefault();
});

// Sent by the browser itself (conclude, or a page without htmx): it is being saved right now.
document.addEventListener("submit", ({ target }) => {
  if (!formOf(target)) return;
  delete target.dataset.unsaved;
  // A save that waits for a pause in typing would arrive after the conclusion and be refused.
  window.clearTimeout(pauses.get(target));
});
