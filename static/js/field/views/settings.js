// The PIN lock, tidying up, and the log-out.

import { app, changed, forget, resealAll } from "../app.js";
import { tidy } from "../drafts.js";
import { leave } from "../sign-out.js";
import { toast } from "../toast.js";
import { Vault, WHY_NOT, canLock } from "../vault.js";
import { head, html, nothing, rowsUnsent } from "./parts.js";

const screen = { pin: "", again: "", fault: "", busy: false };

export function settings() {
  return html`${head("口令锁与退出", { back: "#/", sub: app.user?.name })}
    <main class="page">
      <section class="card"><h2>口令锁</h2>
        ${!canLock() ? html`<p class="fault">${WHY_NOT}</p>` : app.vault.locked ? locked() : unlocked()}</section>
      <section class="card"><h2>清理</h2><p class="soft">删除本机上已上传并且下载的内容里已经有的记录和照片，服务器上的不受影响。</p>
        <button type="button" class="button" @click=${async () => { await tidy(0); toast("已清理"); }}>清理已上传的</button></section>
      <section class="card"><h2>退出登录</h2><p class="soft">全部上传后退出，本机的数据随之清除。${rowsUnsent().length ? `现在还有 ${rowsUnsent().length} 条没有上传。` : ""}</p>
        <button type="button" class="button danger" @click=${signOut}>退出登录</button></section>
    </main>`;
}

function fields(word) {
  return html`<label for="pin">${word}（6 至 12 位数字）</label><input id="pin" class="input" type="password" inputmode="numeric" autocomplete="off" maxlength="12" .value=${screen.pin} @input=${(event) => { screen.pin = event.target.value; }}>
    <label for="pin2">再输一次</label><input id="pin2" class="input" type="password" inputmode="numeric" autocomplete="off" maxlength="12" .value=${screen.again} @input=${(event) => { screen.again = event.target.value; }}>
    ${screen.fault ? html`<p class="fault" role="alert">${screen.fault}</p>` : nothing}`;
}

function unlocked() {
  return html`<p class="soft">设置后，本机的记录和照片加密存放；打开本页、离开 5 分钟后回来，都要输入口令。忘记口令无法找回，没有上传的记录会失去，请记牢。</p>
    ${fields("口令")}<button type="button" class="button primary" ?disabled=${screen.busy} @click=${set}>${screen.busy ? "正在加密…" : "设置口令锁"}</button>`;
}

function locked() {
  return html`<p><span class="tag tag-ok">已开启</span> 本机的数据已加密。</p>${fields("新口令")}
    <div class="row"><button type="button" class="button" ?disabled=${screen.busy} @click=${set}>更换口令</button><button type="button" class="button danger" ?disabled=${screen.busy} @click=${lift}>关闭口令锁</button></div>`;
}

async function set() {
  screen.fault = !/^\d{6,12}$/.test(screen.pin) ? "请输入 6 至 12 位数字。" : screen.pin !== screen.again ? "两次输入的不一样。" : "";
  if (screen.fault) return changed();
  await busy(async () => {
    const [vault, lock] = await Vault.make(screen.pin);
    await resealAll(vault, lock);
  }, "口令锁已开启");
}

const lift = () => busy(() => resealAll(new Vault(), undefined), "口令锁已关闭");

async function busy(work, text) {
  screen.busy = true;
  changed();
  try {
    await work();
    toast(text);
    Object.assign(screen, { pin: "", again: "" });
  } catch (error) {
    screen.fault = error.message;
  }
  screen.busy = false;
  changed();
}

async function signOut() {
  // Closed here first: what is told to the other tabs reaches this one too.
  forget();
  if (!(await leave())) {
    window.location.reload();
    return;
  }
  // A form of its own, with a fresh token: the log-out of the site takes nothing less.
  const answer = await fetch("/api/v1/field/me", { cache: "no-store", redirect: "manual" }).then((reply) => reply.json()).catch(() => null);
  if (!answer?.csrf_token) {
    window.location.reload();
    return;
  }
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: document.body.dataset.logout, hidden: true });
  const token = document.createElement("input");
  Object.assign(token, { type: "hidden", name: "csrfmiddlewaretoken", value: answer.csrf_token });
  form.append(token);
  document.body.append(form);
  form.submit();
}

