// One item of the checklist: the question, what was answered last time, and the way to answer it. Kept with every letter.

import { live } from "../../../vendor/lit-html/directives/live.js";
import { app, changed } from "../app.js";
import { answer } from "../drafts.js";
import { link } from "../router.js";
import { answerOf, findingsOf } from "../sheet.js";
import { choices, dayLong, html, icon, nothing, stateTag } from "./parts.js";

const opened = new Set(); // items whose note is open

export function itemRow(assignment, item, writable) {
  const { data, row, server } = answerOf(assignment, item.code);
  const set = (values) => answer(assignment, item, values);
  const theirs = !row && server && server.by?.id !== app.user.id ? server.by?.name : "";
  return html`<article class="item" id=${`item-${item.code}`}>
    <h3 class="question" id=${`q-${item.code}`}><span class="soft">${item.label}</span> ${item.question}${item.is_required ? nothing : html` <span class="tag">选答</span>`}</h3>
    ${facts(assignment, item)}
    ${field(assignment, item, data, set, !writable)}
    ${noteField(item, data, set, writable)}
    <div class="item-foot">
      ${row ? stateTag(row) : server ? html`<span class="soft">${theirs ? `${theirs}已填写` : "已上传"}</span>` : nothing}
      ${row?.state === "conflict" || row?.state === "rejected" ? html`<a class="text-link" href=${link("outbox")}>去处理</a>` : nothing}
      <span class="grow"></span>
      ${writable && !data.note && !opened.has(item.code) ? html`<button type="button" class="text-link" @click=${() => { opened.add(item.code); changed(); }}>备注</button>` : nothing}
      ${writable ? html`<a class="text-link" href=${link("unit", assignment.id, "library", item.code)}>${icon("plus")}记发现${count(assignment, item)}</a>` : nothing}
    </div>
  </article>`;
}

function count(assignment, item) {
  const number = findingsOf(assignment).filter((one) => one.item === item.code && !one.withdrawn).length;
  return number ? `（${number}）` : "";
}

function facts(assignment, item) {
  const last = assignment.previous?.answers?.[item.code];
  return html`${last ? html`<p class="last-time">${assignment.previous.period}：<b>${last.words}</b></p>` : nothing}
    ${item.guidance || item.basis || item.method ? html`<details class="guidance"><summary>检查要点</summary>
      ${item.guidance ? html`<p class="pre">${item.guidance}</p>` : nothing}
      ${item.method ? html`<p>方法：${item.method}</p>` : nothing}
      ${item.basis ? html`<p>依据：${item.basis.startsWith("《") ? item.basis : `《${item.basis}》`}${item.clause ?? ""}</p>` : nothing}</details>` : nothing}`;
}

function field(assignment, item, data, set, disabled) {
  const last = assignment.previous?.answers?.[item.code];
  const same = !disabled && last ? html`<button type="button" class="text-link" @click=${() => set(sameAsLast(item, last))}>同上次：${last.words}</button>` : nothing;
  const label = `q-${item.code}`;
  if (item.answer_kind === "conformity") {
    return html`${choices(`a-${assignment.id}-${item.code}`, app.day.choices.conformity, data.conformity, (value) => set({ conformity: value }), { disabled, tone: true, label: item.question })}
      <div class="row">${data.conformity ? nothing : same}${data.conformity && !disabled ? html`<button type="button" class="text-link soft" @click=${() => set({ conformity: "" })}>清除选择</button>` : nothing}</div>`;
  }
  if (item.answer_kind === "number") return numberField(`${assignment.id}/${item.code}`, item, data, set, disabled, same, label);
  if (item.answer_kind === "date") {
    return html`<div class="row"><input class="input" type="date" aria-labelledby=${label} .value=${live(data.date ?? "")} ?disabled=${disabled} @change=${(event) => set({ date: event.target.value || null })}>${data.date ? nothing : same}</div>`;
  }
  const limit = app.day.limits?.answer_text ?? 2000;
  return html`<textarea class="input" rows="3" aria-labelledby=${label} .value=${live(data.text ?? "")} ?disabled=${disabled} @input=${(event) => set({ text: event.target.value })}></textarea>
    ${over(data.text, limit)}${data.text ? nothing : same}`;
}

export const over = (text, limit) => ((text ?? "").length > limit ? html`<p class="fault" role="alert">已写 ${text.length} 字，最多 ${limit} 字，请删减后再上传。</p>` : nothing);

const typed = new Map(); // what stands in a number field and is no number

function numberField(place, item, data, set, disabled, same, label) {
  const wrong = typed.get(place);
  const take = (event) => {
    const text = event.target.value.trim().replace(/[０-９．]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
    if (text && !/^\d{1,10}(\.\d{0,2})?$/.test(text)) {
      typed.set(place, event.target.value);
      changed();
      return;
    }
    typed.delete(place);
    set({ number: text.replace(/\.$/, "") || null });
  };
  return html`<div class="row number"><input class="input" type="text" inputmode="decimal" autocomplete="off" aria-labelledby=${label} aria-invalid=${wrong === undefined ? "false" : "true"} .value=${live(wrong ?? data.number ?? "")} ?disabled=${disabled} @input=${take}><span>${item.unit}</span>
    <label class="check"><input type="checkbox" .checked=${Boolean(data.is_approximate)} ?disabled=${disabled} @change=${(event) => set({ is_approximate: event.target.checked })}>约数</label></div>
    ${wrong === undefined ? nothing : html`<p class="fault" role="alert">请填数字，最多两位小数；这一格现在的内容还没有存为答案。</p>`}
    <div class="row"><span class="soft">截至${dayLong(item.cut_off_on)}${item.target ? `，目标 ${item.target}${item.unit}` : ""}</span>${data.number ? nothing : same}</div>`;
}

function sameAsLast(item, last) {
  if (item.answer_kind === "conformity") return { conformity: last.conformity };
  if (item.answer_kind === "number") return { number: last.number, is_approximate: last.is_approximate };
  if (item.answer_kind === "date") return { date: last.date };
  return { text: last.text };
}

function noteField(item, data, set, writable) {
  if (!data.note && !(writable && opened.has(item.code))) return nothing;
  return html`<label class="note-field"><span class="soft">备注</span><textarea class="input" rows="2" .value=${live(data.note ?? "")} ?disabled=${!writable} @input=${(event) => set({ note: event.target.value })}></textarea></label>${over(data.note, app.day.limits?.note ?? 300)}`;
}

