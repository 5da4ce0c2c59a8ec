// 回头看: the findings of last time, each with what its rectification says and what is to be seen on site.

import { live } from "../../../vendor/lit-html/directives/live.js";
import { app } from "../app.js";
import { recheck } from "../drafts.js";
import { link } from "../router.js";
import { assignmentOf, mayWrite, recheckOf, wordOf } from "../sheet.js";
import { TONE } from "./cards.js";
import { over } from "./item.js";
import { choices, dayLong, empty, head, html, nothing, stateTag } from "./parts.js";
import { gone } from "./unit.js";

export function last(id) {
  const assignment = assignmentOf(id);
  if (!assignment) return gone();
  const entries = assignment.rechecks ?? [];
  return html`${head("上次发现回头看", { back: link("unit", id), sub: assignment.organization.name })}
    <main class="page">
      ${entries.length ? html`<p class="soft">逐条现场核实：整改到位的选“已整改”，没有到位的选“仍存在”。</p>` : empty("上次督查没有需要回头看的发现。")}
      <div class="cards">${entries.map((entry) => card(assignment, entry, mayWrite(assignment)))}</div>
    </main>`;
}

function card(assignment, entry, writable) {
  const { finding, rectification } = entry;
  const { data, row } = recheckOf(assignment, entry);
  const set = (values) => recheck(assignment, entry, values);
  return html`<article class="card">
    <p><span class="tag ${TONE[finding.kind]}">${wordOf("kind", finding.kind)}</span> <span class="soft">${finding.period}</span></p>
    <p class="pre" id=${`last-${finding.id}`}>${finding.text}</p>
    ${rectification ? html`<p class="soft">整改：${rectification.status_label}${rectification.due_on ? `，期限${dayLong(rectification.due_on)}` : ""}${rectification.measure ? `。措施：${rectification.measure}` : ""}</p>` : html`<p class="soft">没有整改记录。</p>`}
    ${choices(`recheck-${finding.id}`, app.day.choices.recheck, data.outcome, (outcome) => set({ outcome }), { disabled: !writable, tone: true, label: "现场核实" })}
    ${data.outcome ? html`<label class="note-field"><span class="soft">看到的情况</span><textarea class="input" rows="2" .value=${live(data.note ?? "")} ?disabled=${!writable} @input=${(event) => set({ note: event.target.value })}></textarea></label>${over(data.note, app.day.limits?.note ?? 300)}` : nothing}
    ${row ? html`<div>${stateTag(row)}</div>` : nothing}
  </article>`;
}
