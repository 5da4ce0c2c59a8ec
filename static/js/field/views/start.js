// Before anybody's data is shown: asking who is there, the log-in, the PIN.

import { changed } from "../app.js";
import { setOwner } from "../owner.js";
import { wipe } from "../sign-out.js";
import { Vault } from "../vault.js";
import { html, icon, loginAddress, nothing } from "./parts.js";

const screen = { pin: "", fault: "", wrong: 0, until: 0, busy: false, asking: false };

const frame = (content) => html`<main class="page start"><p class="start-mark">${icon("check")}</p><h1>现场录入</h1>${content}</main>`;

export const waiting = () => frame(html`<p class="soft" role="status">正在连接…</p>`);

export function outside(fault, again, closed = false) {
  return frame(html`<p>${fault.what === "offline" ? (closed ? "现在连不上服务器。已退出登录，没有上传的记录仍在手机里，联网登录后才能查看、上传。" : "现在连不上服务器，这台手机上还没有下载内容。请到有网络的地方点“重试”，登录并下载后，没有信号也能用。") : fault.what === "login" ? (closed ? "已退出登录。请登录后继续，没有上传的记录仍在手机里。" : "请先登录。登录后下载今天的内容，没有信号也能用。") : fault.message}</p>
    ${fault.what === "login" ? html`<a class="button primary wide" href=${loginAddress()}>登录</a>` : nothing}
    <button type="button" class="button wide" @click=${again}>重试</button>
    ${fault.what === "password" ? html`<a class="button wide" href=${document.body.dataset.password}>去处理</a>` : nothing}`);
}

// `opened(vault)` is called with the right PIN.
export function pinScreen(user, lock, opened) {
  const left = Math.ceil((screen.until - Date.now()) / 1000);
  const submit = async (event) => {
    event.preventDefault();
    if (screen.busy || Date.now() < screen.until) return;
    screen.busy = true;
    changed();
    const vault = await Vault.unlock(lock, screen.pin);
    Object.assign(screen, { busy: false, pin: "" });
    if (vault) {
      Object.assign(screen, { fault: "", wrong: 0 });
      opened(vault);
      return;
    }
    screen.wrong += 1;
    screen.fault = "口令不对，请再试。";
    if (screen.wrong >= 5) {
      screen.until = Date.now() + 30000;
      window.setTimeout(changed, 30100);
    }
    changed();
  };
  return frame(html`<p>${user.name}，请输入口令。</p>
    <form @submit=${submit}><label class="visually-hidden" for="pin">口令</label><input id="pin" class="input" type="password" inputmode="numeric" autocomplete="off" maxlength="12" .value=${screen.pin} @input=${(event) => { screen.pin = event.target.value; }}>
    ${screen.fault ? html`<p class="fault" role="alert">${screen.fault}${left > 0 ? `试错太多，请等 ${left} 秒。` : ""}</p>` : nothing}
    <button class="button primary wide" ?disabled=${screen.busy || left > 0}>${screen.busy ? "正在打开…" : "打开"}</button></form>
    ${forgotten(user)}`);
}

function forgotten(user) {
  if (!screen.asking) return html`<p><button type="button" class="text-link" @click=${() => { screen.asking = true; changed(); }}>忘记口令</button></p>`;
  const erase = async () => {
    await wipe(user.id);
    await setOwner(null);
    window.location.reload();
  };
  return html`<div class="card asking"><p>口令不能找回。只能清除这台手机上的数据，没有上传的记录会失去；已上传的不受影响。</p>
    <div class="row"><button type="button" class="button danger" @click=${erase}>清除本机数据</button><button type="button" class="button" @click=${() => { screen.asking = false; changed(); }}>不清除</button></div></div>`;
}
