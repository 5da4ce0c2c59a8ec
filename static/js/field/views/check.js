// 环境自检: what the phone can do, and in words what to do about the rest.

import { app, changed } from "../app.js";
import { examine } from "../health.js";
import { whenLeft } from "../router.js";
import { head, html, nothing } from "./parts.js";

const screen = { results: null, busy: false };
const MARK = { ok: ["正常", "tag-ok"], warn: ["注意", "tag-warn"], bad: ["不行", "tag-bad"] };

export function check() {
  if (!screen.results && !screen.busy) look();
  return html`${head("环境自检", { back: "#/" })}
    <main class="page">
      ${screen.results ? html`<ul class="cards plain">${screen.results.map(({ name, level, text }) => html`<li class="card"><div class="row"><b class="grow">${name}</b><span class="tag ${MARK[level][1]}">${MARK[level][0]}</span></div><p class="soft">${text}</p></li>`)}</ul>` : html`<p class="soft" role="status">正在检查…</p>`}
      ${screen.busy ? nothing : html`<button type="button" class="button wide" @click=${look}>再查一次</button>`}
    </main>`;
}

async function look() {
  screen.busy = true;
  whenLeft(() => { screen.results = null; });
  screen.results = await examine(app.store, document.body.dataset.version);
  screen.busy = false;
  changed();
}
