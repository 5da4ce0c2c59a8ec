// The end of a visit: what is missing, the appraisal, the representative's confirmation of the facts, the conclusion.

import { live } from "../../../vendor/lit-html/directives/live.js";
import { app, changed } from "../app.js";
import { conclude, giveUpConfirming, takeBackConclusion, writeNotes } from "../drafts.js";
import { go, link } from "../router.js";
import { assignmentOf, confirmationOf, findingsOf, mayWrite, notesOf, progressOf, unsentOf } from "../sheet.js";
import { toast } from "../toast.js";
import { over } from "./item.js";
import { clock, dayLong, head, html, nothing, stateTag } from "./parts.js";
import { gone, showItem } from "./unit.js";

const screen = { unit: "", fault: "", asking: false, warned: false };

export function finish(id) {
  const assignment = assignmentOf(id);
  if (!assignment) return gone();
  if (screen.unit !== id) Object.assign(screen, { unit: id, fault: "", asking: false, warned: false });
  const writable = mayWrite(assignment);
  const notes = notesOf(assignment);
  const set = (values) => writeNotes(assignment, values);
  return html`${head("确认和办结", { back: link("unit", id), sub: assignment.organization.name })}
    <main class="page with-foot">
      ${missingPart(assignment, id)}
      <section class="card"><h2>总体评价</h2>
        <label class="visually-hidden" for="summary">总体评价</label>
        <textarea id="summary" class="input" rows="4" placeholder="用一两句话概括这个单位的情况" .value=${live(notes.data.summary ?? "")} ?disabled=${!writable} @input=${(event) => set({ summary: event.target.value })}></textarea>${over(notes.data.summary, app.day.limits?.summary ?? 2000)}
        <label for="visit">督查日期</label><input id="visit" class="input" type="date" .value=${live(notes.data.visit_on ?? "")} ?disabled=${!writable} @change=${(event) => set({ visit_on: event.target.value || null })}>
        ${notes.notes ? stateTag(notes.notes) : nothing}
      </section>
      ${confirmationPart(assignment, writable)}
      ${documents(assignment)}
      ${endPart(assignment, notes)}
    </main>
    ${writable ? html`<footer class="foot"><button type="button" class="button primary" @click=${() => end(assignment)}>办结本单位督查</button></footer>` : nothing}`;
}

// What keeps the unit from being concluded, each with the way there.
function missingPart(assignment, id) {
  const { missing, done, required, rechecks } = progressOf(assignment);
  const rest = missing.slice(0, 8);
  if (!missing.length && !rechecks.length) return html`<section class="card good"><b>必答项已全部填完（${done} / ${required}）</b></section>`;
  return html`<section class="card"><h2>${notesOf(assignment).concluded ? "办结时没有填的" : "还缺的内容"}</h2>
    ${missing.length ? html`<p>必答项还有 ${missing.length} 项没有填：</p><ul class="missing">${rest.map((item) => html`<li><button type="button" class="text-link" @click=${() => showItem(id, item.code)}>${item.label} ${item.question}</button></li>`)}</ul>
      ${missing.length > rest.length ? html`<p class="soft">另有 ${missing.length - rest.length} 项，在清单上勾选“只看未答”查看。</p>` : nothing}` : nothing}
    ${rechecks.length ? html`<p><a class="text-link" href=${link("unit", id, "last")}>上次发现还有 ${rechecks.length} 条没有回头看</a></p>` : nothing}
  </section>`;
}

function confirmationPart(assignment, writable) {
  const { data, row, server } = confirmationOf(assignment);
  const to = link("unit", assignment.id, "confirm");
  const signed = row ? Boolean(row.data.signature) && row.state !== "draft" : Boolean(server);
  return html`<section class="card"><h2>事实确认</h2>
    ${signed ? html`<p>${data.signer_title} 已签名，意见：${data.opinion === "objection" ? `有异议（${data.opinion_text}）` : "无异议"}${data.confirmed_at ? `，${clock(data.confirmed_at)}` : ""}。</p>` : html`<p class="soft">请单位代表看过记下的事实，签名确认。</p>`}
    ${row ? stateTag(row) : nothing}
    ${outdated(assignment, data, server, row, signed) ? html`<p class="fault">签名以后发现有改动，请让单位代表重新看过、确认。</p>` : nothing}
    ${row?.state === "draft" ? html`<p class="soft">这次确认还没有签完，不会上传。</p>` : nothing}
    ${writable ? html`<p><a class="button" href=${to}>${row?.state === "draft" ? "接着确认" : signed ? "重新确认" : "请单位代表确认"}</a></p>` : nothing}
    ${writable && row?.state === "draft" ? givingUp(assignment, row, server) : nothing}
  </section>`;
}

// A representative who does not sign in the end keeps nobody from concluding.
function givingUp(assignment, row, server) {
  const ask = (asking) => () => { screen.asking = asking; changed(); };
  if (!screen.asking) return html`<p><button type="button" class="text-link danger" @click=${ask(true)}>放弃这次确认</button></p>`;
  const before = row.signed || server ? "以前签的仍然有效。" : "本单位就没有事实确认。";
  const give = async () => { screen.asking = false; screen.fault = ""; await giveUpConfirming(assignment); toast("已放弃这次确认"); };
  return html`<div class="asking"><p>没有签完的意见、职务和笔迹会删除，${before}</p><div class="row"><button type="button" class="button danger" @click=${give}>放弃</button><button type="button" class="button" @click=${ask(false)}>不放弃</button></div></div>`;
}

const gist = (list) => JSON.stringify(list.map(({ id, kind, text }) => [id, kind, text]).sort());
const standing = (assignment) => findingsOf(assignment).filter((one) => !one.withdrawn && one.text);

function outdated(assignment, data, server, row, signed) {
  if (!signed) return false;
  return (!row && server.is_outdated) || gist(data.findings ?? []) !== gist(standing(assignment));
}

function documents(assignment) {
  if (!assignment.documents?.length) return nothing;
  return html`<section class="card"><h2>文件</h2>${assignment.documents.map((one) => html`<p><a class="text-link" href=${one.url}>${one.label}</a></p>`)}<p class="soft">需要联网打开。</p></section>`;
}

function endPart(assignment, notes) {
  const { conclusion } = notes;
  const by = assignment.concluded_by?.name;
  return html`${screen.fault ? html`<p class="fault" role="alert">${screen.fault}</p>` : nothing}
    ${conclusion && conclusion.state !== "sent" ? html`<section class="card"><h2>办结</h2><p>${stateTag(conclusion)} ${conclusion.state === "rejected" || conclusion.state === "conflict" ? conclusion.message : "本单位的记录和照片全部上传后，办结随之上传。"}</p>
      ${conclusion.state === "conflict" ? html`<a class="text-link" href=${link("outbox")}>去处理</a>` : html`<button type="button" class="text-link" ?disabled=${conclusion.state === "sending"} @click=${() => takeBackConclusion(assignment)}>取消办结，继续填写</button>`}</section>` : nothing}
    ${notes.concluded && (!conclusion || conclusion.state === "sent") ? html`<section class="card good"><b>已办结</b>${by ? html`<p class="soft">${by}，${assignment.concluded_at ? dayLong(assignment.concluded_at.slice(0, 10)) : ""}</p>` : nothing}
      ${assignment.page_url ? html`<p class="soft">要改时由组长或办公室在<a class="text-link" href=${assignment.page_url}>督查任务页</a>重新打开。</p>` : nothing}</section>` : nothing}`;
}

async function end(assignment) {
  const { missing, rechecks } = progressOf(assignment);
  const unfinished = findingsOf(assignment).filter((one) => one.row?.state === "draft").length;
  const photos = [...app.photos.values()].filter((one) => one.assignment === assignment.id && one.state === "draft").length;
  const open = unsentOf(assignment.id).filter((row) => (row.state === "conflict" || row.state === "rejected") && row.kind !== "conclude").length;
  screen.fault = missing.length ? `还有 ${missing.length} 个必答项没有填写，填完后才能办结。`
    : !notesOf(assignment).data.summary?.trim() ? "请先填写总体评价，再办结。"
    : unfinished ? `有 ${unfinished} 条发现没有写完，请写完或删除。`
    : confirmationOf(assignment).row?.state === "draft" ? "事实确认还没有签完：请点“接着确认”签完，或者点“放弃这次确认”。"
    : photos ? `有 ${photos} 张照片没有确认保存，请先保存或删除。`
    : open ? `有 ${open} 条记录有冲突或被退回，请先在发件箱处理。`
    : rechecks.length && !screen.warned ? `上次发现还有 ${rechecks.length} 条没有回头看，办结后不能再填。确实不看的，请再点一次“办结本单位督查”。` : "";
  screen.warned = Boolean(screen.fault) && rechecks.length > 0 && screen.fault.startsWith("上次发现");
  if (screen.fault) {
    changed();
    window.setTimeout(() => document.querySelector(".fault[role=alert]")?.scrollIntoView({ block: "center" }), 50);
    return;
  }
  await conclude(assignment);
  toast("已办结，联网后上传");
  go();
}
