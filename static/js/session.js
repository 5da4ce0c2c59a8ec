// A log-in ends when it lies idle; what is being filled in must not end with it.
// - While somebody types or clicks on a page, the server is told now and then: work on one long form is no idleness.
// - A form is sent only with a log-in that is in force. Otherwise it stays on the page, files included, and a dialogue leads to the
//   log-in in a second window; "继续" then sends it as it stands.
// - A page that lay idle for too long is covered: who passes by shall not read it.
// Pages of the phone keep what they have by themselves and have no such form. Forms with data-saves and .row-form tell it in their place.
const address = "/units/sessions/state/";
const RENEW = `/units/login/?next=${encodeURIComponent("/units/sessions/renewed/")}`;
const KEEP_ALIVE = 4 * 60_000;
const TRUSTED = 60_000;
const whose = document.querySelector("[data-sign-out]")?.dataset;
const owner = whose?.signOut;
const idleMinutes = Number(whose?.idleMinutes ?? 0);

let checkedAt = Date.now();
let toldAt = Date.now();
let waiting = null;
let cover = 0;

async function state(active = false) {
  const reply = await fetch(address + (active ? "?active=1" : ""), { cache: "no-store", headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error("no answer");
  return reply.json();
}

function freshToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

function send({ form, submitter }) {
  const token = freshToken();
  const field = form.querySelector("input[name=csrfmiddlewaretoken]");
  if (token && field) field.value = token;
  form.dataset.checked = "1";
  delete form.dataset.sent;
  form.requestSubmit(submitter?.isConnected ? submitter : undefined);
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function dialogue() {
  const known = document.getElementById("session-dialogue");
  if (known) return known;
  const note = element("p", { className: "session-note", id: "session-note" });
  const open = element("a", { className: "btn btn-primary", href: RENEW, target: "_blank", rel: "opener", textContent: "打开登录页" });
  const go = element("button", { type: "button", className: "btn btn-outline-secondary", textContent: "已登录，继续" });
  go.addEventListener("click", resume);
  const fault = element("p", { className: "fault", id: "session-fault" });
  fault.setAttribute("role", "alert");
  const made = element("dialog", { id: "session-dialogue", className: "session-dialogue" },
    element("h2", { textContent: "登录已超时", className: "h5" }), note, fault, element("div", { className: "session-buttons" }, open, go));
  made.setAttribute("aria-describedby", "session-note");
  // Escape would uncover the page.
  made.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(made);
  return made;
}

function show(text) {
  const box = dialogue();
  box.querySelector(".session-note").textContent = text;
  box.querySelector(".fault").textContent = "";
  if (!box.open) box.showModal();
}

async function resume() {
  const box = dialogue();
  const fault = box.querySelector(".fault");
  let now;
  try {
    now = await state(true);
  } catch {
    fault.textContent = "连不上服务器，请检查网络后再点“继续”。";
    return;
  }
  if (!now.user) {
    fault.textContent = "还没有登录。请先点“打开登录页”，登录后回到这里。";
    return;
  }
  if (now.user !== owner) {
    fault.textContent = "刚才登录的是另一个账号。请用原来的账号登录，或复制保存填写的内容后刷新页面。";
    return;
  }
  box.close();
  checkedAt = toldAt = Date.now();
  watch();
  const held = waiting;
  waiting = null;
  if (held) send(held);
}

const hasFile = (form) => [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
const byItself = (form) => form.matches("[data-saves], .row-form, [hx-post], [data-sign-out]") || (form.getAttribute("method") ?? "").toLowerCase() !== "post";

// Before forms.js, which marks a form as sent: this listener stands on the window.
window.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!owner || byItself(form)) return;
  if (form.dataset.checked) {
    delete form.dataset.checked;
    return;
  }
  if (Date.now() - checkedAt < TRUSTED && !hasFile(form)) return;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.asking) return;
  form.dataset.asking = "1";
  try {
    const now = await state(true);
    checkedAt = Date.now();
    if (now.user === owner) send({ form, submitter });
    else {
      waiting = { form, submitter };
      show(`长时间没有操作，系统已自动退出，刚才的${question ? "操作没有执行" : "内容还没有提交，仍在本页"}。请在新窗口登录，再回到这里点“已登录，继续”。`);
    }
  } catch {
    // Whatever is wrong, the browser's own answer says it better than silence.
    send({ form, submitter });
  } finally {
    delete form.dataset.asking;
  }
}, true);

// Parts of a page: those that save themselves tell it in their own place.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, requestConfig, elt } = event.detail;
  if (event.defaultPrevented || !owner || elt.closest("[data-saves], .row-form") || elt.id === "bell") return;
  const asked = new URL(requestConfig.path, window.location.href).pathname;
  const target = xhr.getResponseHeader("HX-Redirect") ?? (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked ? xhr.responseURL : "");
  if (!target.includes("/units/login/")) return;
  event.preventDefault();
  show("长时间没有操作，系统已自动退出，刚才的操作没有执行；填写的内容仍在本页。请在新窗口登录，再回到这里点“已登录，继续”，然后再操作一次。");
});

// Looks after so many minutes whether the log-in has ended; another window may have kept it alive meanwhile.
function watch(minutes = idleMinutes) {
  window.clearTimeout(cover);
  if (!minutes) return;
  cover = window.setTimeout(async () => {
    const now = await state().catch(() => null);
    if (now && !now.user) show("长时间没有操作，系统已自动退出，本页内容已遮住；没有提交的内容仍在本页。请在新窗口登录，再回到这里点“已登录，继续”。");
    else watch(1);
  }, minutes * 60_000 + 5000);
}

function alive() {
  if (!owner || Date.now() - toldAt < KEEP_ALIVE || document.getElementById("session-dialogue")?.open) return;
  toldAt = Date.now();
  state(true).then((now) => {
    if (now.user === owner) checkedAt = Date.now();
    watch();
  }).catch(() => {});
}

// The page that holds what arrived without a log-in: it was made before the new log-in, and so was its token.
document.addEventListener("submit", ({ target }) => {
  const token = freshToken();
  if (target.dataset.resend !== undefined && token) target.querySelector("input[name=csrfmiddlewaretoken]").value = token;
}, true);

if (owner) {
  for (const name of ["input", "click", "keydown", "scroll"]) document.addEventListener(name, alive, { passive: true, capture: true });
  watch();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && document.getElementById("session-dialogue")?.open && !waiting) {
      state(true).then((now) => { if (now.user === owner) resume(); }).catch(() => {});
    }
  });
}
