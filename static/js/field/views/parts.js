// Small pieces that all screens share. Icons are drawn here: a font of icons would be larger than everything else together.

import { html, nothing, svg } from "../../../vendor/lit-html/lit-html.js";
import { app, saveAgain } from "../app.js";
import { isUnsent } from "../settle.js";
import { link } from "../router.js";
import { sendAll, sending } from "../sender.js";

export { html, nothing };

const PATHS = {
  back: svg`<path d="M15 5l-7 7 7 7"/>`,
  next: svg`<path d="M9 5l7 7-7 7"/>`,
  camera: svg`<path d="M4 8h3l2-3h6l2 3h3v11H4z"/><circle cx="12" cy="13" r="3.5"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  cloud: svg`<path d="M7 18h10a4 4 0 0 0 .6-7.9A6 6 0 0 0 6 9.6 4.2 4.2 0 0 0 7 18z"/><path d="M12 16v-5m-2 2l2-2 2 2"/>`,
  check: svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  warn: svg`<path d="M12 4L2.5 20h19z"/><path d="M12 10v4m0 3v.1"/>`,
  gear: svg`<circle cx="12" cy="12" r="3"/><path d="M12 3v3m0 12v3M3 12h3m12 0h3M5.6 5.6l2.1 2.1m8.6 8.6l2.1 2.1m0-12.8l-2.1 2.1m-8.6 8.6l-2.1 2.1"/>`,
  pin: svg`<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21z"/><circle cx="12" cy="9.500" r="2.500"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>`,
};

export const icon = (name) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;

const STATES = {
  draft: ["未写完", "tag-warn"],
  waiting: ["待上传", "tag-info"],
  sending: ["上传中", "tag-info"],
  sent: ["已上传", "tag-ok"],
  conflict: ["有冲突", "tag-bad"],
  rejected: ["被退回", "tag-bad"],
};

export const stateName = (row) => STATES[row.state][0];

export function stateTag(row) {
  if (row.unsaved) return html`<span class="tag tag-bad">没有存下</span>`;
  const [label, tone] = STATES[row.state];
  return html`<span class="tag ${tone}">${label}</span>`;
}

export const rowsUnsent = () => [...app.rows.values(), ...app.photos.values()].filter(isUnsent);

// The head of each screen: way back, title, the outbox with its count.
export function head(title, { back = null, sub = "" } = {}) {
  const unsent = rowsUnsent();
  const trouble = unsent.some((row) => row.state === "conflict" || row.state === "rejected");
  return html`<header class="head">
    ${back ? html`<a class="head-button" href=${back} aria-label="返回">${icon("back")}</a>` : html`<a class="head-button" href=${document.body.dataset.home} aria-label="回到工作台">${icon("back")}</a>`}
    <div class="head-title"><h1>${title}</h1>${sub ? html`<p>${sub}</p>` : nothing}</div>
    <a class="head-button outbox-button ${trouble ? "trouble" : ""}" href=${link("outbox")} aria-label=${`发件箱，${unsent.length} 条未上传`}>${icon("cloud")}${unsent.length ? html`<b>${unsent.length}</b>` : nothing}</a>
  </header>${banners(unsent)}`;
}

const DAY = 24 * 3600 * 1000;

function banners(unsent) {
  const { net, refused } = app;
  const oldest = Math.min(...unsent.map((row) => row.created_at));
  const days = Math.floor((Date.now() - oldest) / DAY);
  return html`<div aria-live="polite">
    ${refused ? html`<div class="banner bad" role="alert">${icon("warn")}<div><b>刚才的内容没有存进手机</b><p>${refused.message}</p>
      <div class="row"><button type="button" class="button small" @click=${() => saveAgain().catch(() => {})}>再试一次</button><a class="button small" href=${link("outbox")}>去发件箱</a></div></div></div>` : nothing}
    ${net.state === "login" ? html`<div class="banner warn">${icon("warn")}<div><p>${net.text}</p><a class="button small" href=${loginAddress()}>重新登录</a></div></div>` : nothing}
    ${net.state === "password" ? html`<div class="banner warn">${icon("warn")}<div><p>${net.text}</p><a class="button small" href=${document.body.dataset.password}>去处理</a></div></div>` : nothing}
    ${net.state === "other" ? html`<div class="banner bad">${icon("warn")}<p>${net.text}</p></div>` : nothing}
    ${["portal", "server", "busy", "refused", "local"].includes(net.state) ? html`<div class="banner warn">${icon("warn")}<p>${net.text}</p></div>` : nothing}
    ${net.state === "offline" ? html`<div class="banner calm"><p>没有网络：照常填写，内容存在手机里，联网后自动上传。</p></div>` : nothing}
    ${unsent.length && days >= 3 ? html`<div class="banner bad">${icon("warn")}<div><p>有记录已经 ${days} 天没有上传。请尽快联网上传，或导出后交给办公室导入。</p><a class="button small" href=${link("outbox")}>去处理</a></div></div>` : nothing}
  </div>`;
}

export const loginAddress = () => `${document.body.dataset.login}?next=${encodeURIComponent("/field/")}`;

export const sendButton = (label = "立即上传") =>
  html`<button type="button" class="button primary" ?disabled=${sending()} @click=${() => sendAll({ urgent: true, refresh: true })}>${sending() ? "正在上传…" : label}</button>`;

export const bar = (done, total, label) => html`<progress class="bar ${done >= total ? "full" : ""}" max=${Math.max(1, total)} value=${total ? done : 1} aria-label=${label}></progress>`;

// Large answers to choose from: radio buttons behind labels, so that keyboards and screen readers know them.
export function choices(name, list, value, choose, { disabled = false, tone = false, label } = {}) {
  return html`<div class="choices n${list.length}" role="radiogroup" aria-label=${label}>
    ${list.map(([code, word]) => html`<label class="choice ${tone ? `is-${code}` : ""}"><input type="radio" name=${name} .checked=${value === code} ?disabled=${disabled} @change=${() => choose(code)}><span>${word}</span></label>`)}
  </div>`;
}

export const empty = (text) => html`<p class="empty">${text}</p>`;

export function ago(moment) {
  const minutes = Math.floor((Date.now() - moment) / 60000);
  if (minutes < 1) return "刚刚";
  if (minutes < 60) return `${minutes} 分钟前`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} 小时前`;
  return `${Math.floor(minutes / 1440)} 天前`;
}

export function clock(moment) {
  const at = new Date(moment);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getMonth() + 1}月${at.getDate()}日${two(at.getHours())}:${two(at.getMinutes())}`;
}

export const dayText = (day) => (day ? day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$2月$3日") : "");
export const dayLong = (day) => (day ? day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日") : "");
export const megabytes = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} KB`);
