// One unit: its themes as sections that open and close, the items with their answers, the findings, and the ways on.

import { changed } from "../app.js";
import { link } from "../router.js";
import { answerOf, asked, assignmentOf, confirmationOf, findingsOf, isAnswered, mayWrite, notesOf, progressOf, recheckOf } from "../sheet.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { findingCard } from "./cards.js";
import { itemRow } from "./item.js";
import { bar, empty, head, html, icon, nothing } from "./parts.js";

// `kept`: what was open when 只看未答 was ticked stays until it is ticked anew, else a field would leave under the finger at its first digit.
const shown = { unit: "", theme: "", onlyOpen: false, kept: new Set() };

export function unit(id) {
  const assignment = assignmentOf(id);
  if (!assignment) return gone();
  const themes = asked(assignment);
  if (shown.unit !== id) Object.assign(shown, { unit: id, theme: firstOpen(assignment, themes), onlyOpen: false, kept: new Set() });
  const progress = progressOf(assignment);
  const writable = mayWrite(assignment);
  return html`${head(assignment.organization.short_name || assignment.organization.name, { back: "#/", sub: assignment.method_label })}
    <main class="page with-foot">
      <section class="progress-line"><span>必答项 ${progress.done} / ${progress.required}</span>${bar(progress.done, progress.required, "必答项进度")}
        <label class="switch"><input type="checkbox" .checked=${shown.onlyOpen} @change=${(event) => { Object.assign(shown, { onlyOpen: event.target.checked, kept: new Set() }); changed(); }}>只看未答</label></section>
      ${writable ? nothing : html`<p class="banner calm">${notesOf(assignment).concluded ? "这个单位已经办结，只能查看。要改时请组长或办公室重新打开。" : "督查活动不在进行中，只能查看。"}</p>`}
      ${about(assignment)}
      ${lastTime(assignment, progress)}
      ${themes.map((theme) => themePart(assignment, theme, writable))}
      ${findingsPart(assignment)}
    </main>
    <footer class="foot">
      ${writable ? html`<a class="button" href=${link("unit", id, "library")}>${icon("plus")}记发现</a>` : nothing}
      <a class="button primary" href=${link("unit", id, "finish")}>${notesOf(assignment).concluded ? "查看办结" : "确认和办结"}</a>
    </footer>`;
}

export const gone = () => html`${head("没有找到", { back: "#/" })}<main class="page">${empty("这个单位不在已下载的内容里：可能已经不归您的督查组，或者督查活动已结束。没有上传的记录仍在发件箱，可以导出。")}<p><a class="button" href=${link("outbox")}>打开发件箱</a></p></main>`;

function firstOpen(assignment, themes) {
  const open = themes.find((theme) => theme.items.some((item) => item.is_required && !isAnswered(answerOf(assignment, item.code).data)));
  return (open ?? themes[0])?.code ?? "";
}

function about(assignment) {
  const { organization } = assignment;
  const facts = [organization.address, organization.contact_duty && `联系：${organization.contact_duty}`].filter(Boolean);
  return facts.length ? html`<p class="soft with-icon">${icon("pin")}${facts.join(" · ")}</p>` : nothing;
}

function lastTime(assignment, progress) {
  const all = assignment.rechecks ?? [];
  if (!all.length) return nothing;
  const done = all.length - progress.rechecks.length;
  const still = all.filter((entry) => recheckOf(assignment, entry).data.outcome === "still_there").length;
  return html`<a class="card row-link" href=${link("unit", assignment.id, "last")}><span class="grow"><b>上次发现回头看</b><span class="soft">共 ${all.length} 条，已核 ${done} 条${still ? `，仍存在 ${still} 条` : ""}</span></span>${icon("next")}</a>`;
}

function themePart(assignment, theme, writable) {
  const open = theme.items.filter((item) => !isAnswered(answerOf(assignment, item.code).data));
  const missing = open.filter((item) => item.is_required).length;
  if (shown.onlyOpen) open.forEach((item) => shown.kept.add(item.code));
  const items = shown.onlyOpen ? theme.items.filter((item) => shown.kept.has(item.code)) : theme.items;
  if (shown.onlyOpen && !items.length) return nothing;
  const isOpen = shown.theme === theme.code || shown.onlyOpen;
  const toggle = () => { shown.theme = shown.theme === theme.code ? "" : theme.code; changed(); };
  return html`<section class="theme">
    <h2><button type="button" class="theme-head" aria-expanded=${isOpen} @click=${toggle}><span class="grow">${theme.number}. ${theme.name}</span>
      <span class="tag ${missing ? "" : "tag-ok"}">${theme.items.length - open.length} / ${theme.items.length}</span><span class="turn">${icon("next")}</span></button></h2>
    ${isOpen ? html`<div class="items">${repeat(items, (item) => item.code, (item) => itemRow(assignment, item, writable))}</div>` : nothing}
  </section>`;
}

function findingsPart(assignment) {
  const findings = findingsOf(assignment);
  const signed = confirmationOf(assignment).data?.signature || confirmationOf(assignment).server;
  return html`<section class="theme"><h2 class="theme-head">发现 ${findings.filter((one) => !one.withdrawn).length}${signed ? html`<span class="tag tag-ok">已签事实确认</span>` : nothing}</h2>
    ${findings.length ? html`<div class="cards">${repeat(findings, (one) => one.id, (one) => findingCard(assignment, one))}</div>` : empty("还没有记发现。")}
  </section>`;
}

export function showItem(assignmentId, code) {
  const assignment = assignmentOf(assignmentId);
  const theme = asked(assignment).find((one) => one.items.some((item) => item.code === code));
  Object.assign(shown, { unit: assignmentId, theme: theme?.code ?? "", onlyOpen: false });
  window.location.hash = link("unit", assignmentId);
  window.setTimeout(() => document.getElementById(`item-${code}`)?.scrollIntoView({ block: "center" }), 120);
}

