// 事实确认: the unit's representative reads the facts, says whether the unit agrees, and signs with a finger.

import { live } from "../../../vendor/lit-html/directives/live.js";
import SignaturePad from "../../../vendor/signature_pad.js";
import { app, changed } from "../app.js";
import { confirm } from "../drafts.js";
import { go, link, whenLeft } from "../router.js";
import { assignmentOf, confirmationOf, findingsOf, mayWrite, wordOf } from "../sheet.js";
import { toast } from "../toast.js";
import { TONE } from "./cards.js";
import { choices, empty, head, html, nothing } from "./parts.js";
import { gone } from "./unit.js";

const screen = { unit: "", pad: null, canvas: null, fault: "", width: 0 };

export function confirmFacts(id) {
  const assignment = assignmentOf(id);
  if (!assignment) return gone();
  if (!mayWrite(assignment)) return html`${head("事实确认", { back: link("unit", id, "finish") })}<main class="page">${empty("这个单位已经办结，不能再确认。")}</main>`;
  if (screen.unit !== id) open(id, assignment);
  const data = { signer_title: "", opinion: "", opinion_text: "", ...confirmationOf(assignment).data };
  const facts = standing(assignment);
  const set = (values) => confirm(assignment, values);
  return html`${head("事实确认", { back: link("unit", id, "finish"), sub: assignment.organization.name })}
    <main class="page with-foot">
      <section class="card"><h2>督查组记录的事实（${facts.length} 条）</h2>
        ${facts.length ? html`<ol class="facts">${facts.map((one) => html`<li><span class="tag ${TONE[one.kind]}">${wordOf("kind", one.kind)}</span> ${one.text}</li>`)}</ol>` : html`<p class="soft">没有记下问题、风险点和好做法。</p>`}</section>
      <fieldset class="card"><legend>单位意见</legend>${choices("opinion", app.day.choices.opinion, data.opinion, (opinion) => set({ opinion }), { label: "单位意见" })}
        ${data.opinion === "objection" ? html`<label for="opinion-text">对哪一条有异议、理由是什么</label><textarea id="opinion-text" class="input" rows="3" maxlength="500" .value=${live(data.opinion_text)} @input=${(event) => set({ opinion_text: event.target.value })}></textarea>` : nothing}</fieldset>
      <section class="card"><label for="title">签名人职务</label>
        <input id="title" class="input" maxlength="60" placeholder="如：党建办主任" .value=${live(data.signer_title)} @input=${(event) => set({ signer_title: event.target.value })}>
        <p id="sign-label" class="label">请在框内签名</p><div class="sign-board">${screen.canvas}</div>
        <button type="button" class="text-link" @click=${clear}>重签</button>
        ${screen.fault ? html`<p class="fault" role="alert">${screen.fault}</p>` : nothing}</section>
    </main>
    <footer class="foot"><button type="button" class="button primary" @click=${() => submit(assignment, facts)}>提交确认</button></footer>`;
}

const standing = (assignment) => findingsOf(assignment).filter((one) => !one.withdrawn && one.text);

function open(id, assignment) {
  const canvas = document.createElement("canvas");
  canvas.className = "sign";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-labelledby", "sign-label");
  const pad = new SignaturePad(canvas, { penColor: "#10131a", minWidth: 0.8, maxWidth: 2.8 });
  Object.assign(screen, { unit: id, canvas, pad, fault: "", width: 0 });
  // Strokes are kept like everything else: a phone that goes dark in the middle of signing shows them again.
  pad.addEventListener("endStroke", () => { confirm(assignment, { strokes: { width: screen.width, lines: pad.toData() } }); });
  const { data, row } = confirmationOf(assignment);
  const kept = row?.state === "draft" && data.strokes ? data.strokes : null;
  const fitAgain = () => fit(null);
  window.requestAnimationFrame(() => fit(kept));
  window.addEventListener("resize", fitAgain);
  whenLeft(() => {
    window.removeEventListener("resize", fitAgain);
    screen.unit = "";
    pad.off();
  });
}

// As many dots as the screen has. A phone that is turned keeps what was signed, drawn to the new width.
function fit(kept) {
  const { canvas, pad } = screen;
  if (!canvas.isConnected || canvas.offsetWidth === screen.width) return;
  const before = kept ?? { width: screen.width, lines: pad.toData() };
  const ratio = Math.max(window.devicePixelRatio || 1, 2);
  const factor = before.width ? canvas.offsetWidth / before.width : 1;
  screen.width = canvas.offsetWidth;
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  pad.clear();
  pad.fromData(before.lines.map((line) => ({ ...line, points: line.points.map((point) => ({ ...point, x: point.x * factor, y: point.y * factor })) })));
}

function clear() {
  screen.pad.clear();
  const assignment = assignmentOf(screen.unit);
  confirm(assignment, { strokes: null, signature: "" });
}

async function submit(assignment, facts) {
  const { data } = confirmationOf(assignment);
  screen.fault = !data?.opinion ? "请选择单位意见。"
    : data.opinion === "objection" && !data.opinion_text?.trim() ? "请写明异议的内容。"
    : !data.signer_title?.trim() ? "请填写签名人职务。"
    : screen.pad.isEmpty() ? "请单位代表签名。" : "";
  if (screen.fault) {
    changed();
    return;
  }
  const signature = screen.pad.toDataURL("image/png").split(",")[1];
  const findings = facts.map(({ id, kind, text }) => ({ id, kind, text }));
  await confirm(assignment, { signature, findings, confirmed_at: new Date().toISOString(), strokes: undefined }, { done: true });
  toast("已确认");
  go("unit", assignment.id, "finish");
}
