// Choosing a standard wording: at an item its own come first; a few words or pinyin initials narrow the list. One tap notes it.

import { app, changed } from "../app.js";
import { beginFinding, noteStandard, withdraw } from "../drafts.js";
import { go, link } from "../router.js";
import { assignmentOf, findingsOf, itemOf, wordOf } from "../sheet.js";
import { toast } from "../toast.js";
import { TONE } from "./cards.js";
import { empty, head, html, nothing } from "./parts.js";
import { gone } from "./unit.js";

const LONGEST = 40;
const search = { place: "", words: "", kind: "" };

// Every word must occur: in wording, heading, cause, or as a run of pinyin initials.
export function found(standards, words, kind) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) => parts.every((part) => `${one.wording}${one.heading}${one.cause}`.toLowerCase().includes(part) || (/^[a-z0-9]+$/.test(part) && one.initials.includes(part)));
  return standards.filter((one) => (!kind || one.kind === kind) && fits(one));
}

function ranked(standards, assignment, item) {
  const rank = (one) => (one.item && one.item === item?.code ? 0 : item && one.theme === item.theme ? 1 : 2);
  return [...standards].sort((a, b) => rank(a) - rank(b));
}

export function library(id, code) {
  const assignment = assignmentOf(id);
  if (!assignment) return gone();
  const place = `${id}/${code ?? ""}`;
  if (search.place !== place) Object.assign(search, { place, words: "", kind: "" });
  const item = code ? itemOf(assignment, code) : null;
  const list = found(ranked(app.day.standards, assignment, item), search.words, search.kind);
  const shown = list.slice(0, LONGEST);
  return html`${head("记发现", { back: link("unit", id), sub: item?.question ?? assignment.organization.name })}
    <main class="page">
      <a class="button wide" href="#" @click=${(event) => { event.preventDefault(); go("unit", id, "finding", beginFinding(assignment, item)); }}>自己写一条</a>
      <div class="search"><label class="visually-hidden" for="words">搜索规范表述</label><input id="words" class="input" type="search" placeholder="搜规范表述：文字或拼音首字母，如 xxjl" .value=${search.words} @input=${(event) => { search.words = event.target.value; changed(); }}></div>
      <div class="chips" role="group" aria-label="类型">${[["", "全部"], ...app.day.choices.kind].map(([kind, word]) => html`<button type="button" class="chip" aria-pressed=${search.kind === kind} @click=${() => { search.kind = kind; changed(); }}>${word}</button>`)}</div>
      ${shown.length ? html`<p class="soft">点一条就记下，记下后可以拍照、改文字。</p><ul class="standards">${shown.map((one) => standardRow(assignment, one, item))}</ul>` : empty("没有找到。换个词，或者点“自己写一条”。")}
      ${list.length > LONGEST ? html`<p class="soft">还有 ${list.length - LONGEST} 条，再输入几个字缩小范围。</p>` : nothing}
    </main>`;
}

function standardRow(assignment, standard, item) {
  return html`<li><button type="button" class="card standard" @click=${() => note(assignment, standard, item)}>
    <span class="tag ${TONE[standard.kind]}">${wordOf("kind", standard.kind)}</span><span class="standard-text">${standard.wording}</span></button></li>`;
}

let last = { code: "", at: 0 };

function note(assignment, standard, item) {
  // A double tap means one finding.
  if (last.code === standard.code && Date.now() - last.at < 1200) return;
  last = { code: standard.code, at: Date.now() };
  const id = noteStandard(assignment, standard, item);
  go("unit", assignment.id, "finding", id);
  toast("已记下，可以接着拍照", ["撤销", () => {
    const finding = findingsOf(assignment).find((one) => one.id === id);
    if (finding) withdraw(assignment, finding, "记错了，当场撤销").catch(() => {});
    go("unit", assignment.id);
  }]);
}
