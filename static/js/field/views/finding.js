// One finding: what it says, its photos, taking it back. What is typed is kept with every letter; it is sent once it is complete.

import { live } from "../../../vendor/lit-html/directives/live.js";
import { app, changed } from "../app.js";
import { editFinding, finishFinding, keepPhoto, lacks, withdraw } from "../drafts.js";
import { jpegOf, shrunk } from "../pictures.js";
import { go, link, whenLeft } from "../router.js";
import { asked, assignmentOf, findingsOf, itemOf, mayWrite, themeOf } from "../sheet.js";
import { toast } from "../toast.js";
import { photosLine } from "./cards.js";
import { over } from "./item.js";
import { choices, empty, head, html, icon, nothing, stateTag } from "./parts.js";
import { gone } from "./unit.js";

const screen = { id: "", fault: "", busy: "", reason: null };

export function finding(id, findingId) {
  const assignment = assignmentOf(id);
  if (!assignment) return gone();
  const one = findingsOf(assignment).find((each) => each.id === findingId);
  if (!one) return html`${head("发现", { back: link("unit", id) })}<main class="page">${empty("这条发现已经撤销。")}</main>`;
  if (screen.id !== findingId) {
    Object.assign(screen, { id: findingId, fault: "", busy: "", reason: null });
    // Going back without 完成 is no reason to leave a complete finding behind.
    whenLeft(() => { screen.id = ""; finishFinding(findingId); });
  }
  const writable = mayWrite(assignment) && !one.withdrawn;
  const set = (values) => editFinding(assignment, one, values);
  return html`${head("发现", { back: link("unit", id), sub: assignment.organization.name })}
    <main class="page with-foot">
      <div class="row">${one.row ? stateTag(one.row) : html`<span class="tag tag-ok">已上传</span>`}${one.withdrawn ? html`<span class="soft">已撤回：${one.withdrawn.reason}</span>` : nothing}
        ${one.row?.state === "conflict" || one.row?.state === "rejected" ? html`<a class="text-link" href=${link("outbox")}>去处理</a>` : nothing}</div>
      ${one.row?.state === "rejected" ? html`<p class="fault">${one.row.message}</p>` : nothing}
      ${photoPart(assignment, one, writable)}
      ${writable ? form(assignment, one, set) : reading(assignment, one)}
      ${writable ? takeBack(assignment, one) : nothing}
    </main>
    ${writable ? html`<footer class="foot"><button type="button" class="button primary" @click=${() => done(id, findingId, one)}>完成</button></footer>` : nothing}`;
}

function done(id, findingId, one) {
  screen.fault = one.row?.state === "draft" ? finishFinding(findingId) : lacks(one);
  if (screen.fault) {
    changed();
    window.setTimeout(() => document.querySelector(".fault")?.scrollIntoView({ block: "center" }), 50);
  } else go("unit", id);
}

function form(assignment, one, set) {
  const limits = app.day.limits ?? {};
  const good = one.kind === "good_practice";
  return html`<form @submit=${(event) => event.preventDefault()}>
    ${screen.fault ? html`<p class="fault" role="alert">${screen.fault}</p>` : nothing}
    <fieldset><legend>类型</legend>${choices("kind", app.day.choices.kind, one.kind, (kind) => set({ kind }), { label: "类型" })}</fieldset>
    <label for="place">主题或检查项</label>
    <select id="place" class="input" @change=${(event) => set(placeOf(event.target.value))}>
      <option value="" ?selected=${!one.theme}>请选择</option>
      ${asked(assignment).map((theme) => html`<optgroup label=${`${theme.number}. ${theme.name}`}>
        <option value=${`${theme.code}|`} ?selected=${one.theme === theme.code && !one.item}>${theme.name}（整个主题）</option>
        ${theme.items.map((item) => html`<option value=${`${theme.code}|${item.code}`} ?selected=${one.item === item.code}>${item.label} ${item.question}</option>`)}</optgroup>`)}
    </select>
    <label for="text">内容</label>
    <textarea id="text" class="input" rows="4" placeholder="写事实，不写单位名称和个人姓名" .value=${live(one.text)} @input=${(event) => set({ text: event.target.value })}></textarea>${over(one.text, limits.text ?? 500)}
    ${good ? nothing : html`<fieldset><legend>程度</legend>${choices("severity", app.day.choices.severity, one.severity, (severity) => set({ severity }), { label: "程度" })}</fieldset>
      <details class="guidance" ?open=${Boolean(one.cause || one.measure)}><summary>原因和建议措施</summary>
      <label for="cause">原因</label><textarea id="cause" class="input" rows="2" .value=${live(one.cause)} @input=${(event) => set({ cause: event.target.value })}></textarea>${over(one.cause, limits.cause ?? 200)}
      <label for="measure">建议措施</label><textarea id="measure" class="input" rows="2" .value=${live(one.measure)} @input=${(event) => set({ measure: event.target.value })}></textarea>${over(one.measure, limits.measure ?? 300)}</details>`}
  </form>`;
}

const placeOf = (value) => ({ theme: value.split("|")[0] ?? "", item: value.split("|")[1] || null });

function reading(assignment, one) {
  return html`<section class="card"><p class="pre">${one.text}</p>
    <p class="soft">${themeOf(assignment, one.theme)?.name ?? ""}${one.item ? ` · ${itemOf(assignment, one.item)?.question ?? ""}` : ""}</p>
    ${one.cause ? html`<p>原因：${one.cause}</p>` : nothing}${one.measure ? html`<p>建议措施：${one.measure}</p>` : nothing}</section>`;
}

function photoPart(assignment, one, writable) {
  const drafts = one.mine.filter((photo) => photo.state === "draft").length;
  const pick = (event) => take(assignment, one, event.target);
  return html`<section aria-label="照片">
    ${photosLine(assignment, one)}
    ${drafts ? html`<p class="fault">有 ${drafts} 张照片还没有确认，点照片，标注后点“保存”。</p>` : nothing}
    ${writable ? html`<div class="row buttons">
      <label class="button file">${icon("camera")}拍照<input type="file" accept="image/*" capture="environment" ?disabled=${Boolean(screen.busy)} @change=${pick}></label>
      <label class="button file">从相册选<input type="file" accept="image/jpeg,image/png,image/webp" multiple ?disabled=${Boolean(screen.busy)} @change=${pick}></label></div>` : nothing}
    ${screen.busy ? html`<p class="soft" role="status">${screen.busy}</p>` : nothing}
  </section>`;
}

// Each photo is kept as soon as it is shrunk; the first one opens for drawing.
async function take(assignment, one, input) {
  const files = [...input.files];
  input.value = "";
  const limit = app.day.limits?.photos_per_finding ?? 30;
  const there = one.mine.length + (one.photos ?? []).length;
  if (there + files.length > limit) {
    toast(`每条发现最多 ${limit} 张照片，现有 ${there} 张，请少选几张。`);
    return;
  }
  let first = null;
  for (const [index, file] of files.entries()) {
    screen.busy = files.length > 1 ? `正在存第 ${index + 1} / ${files.length} 张…` : "正在存照片…";
    changed();
    try {
      const key = await keepPhoto(assignment, one.id, file.name || "照片.jpg", await jpegOf(await shrunk(file)));
      first ??= key;
    } catch (error) {
      toast(error.message);
    }
  }
  screen.busy = "";
  changed();
  if (first) go("unit", assignment.id, "photo", first);
}

function takeBack(assignment, one) {
  const local = one.row && one.row.base === 0;
  if (screen.reason === null) {
    return html`<p><button type="button" class="text-link danger" @click=${() => { screen.reason = ""; changed(); }}>${local ? "删除这条发现" : "撤回这条发现"}</button></p>`;
  }
  const go_on = async () => {
    if (!local && !screen.reason.trim()) {
      screen.fault = "请写明撤回的原因。";
      changed();
      return;
    }
    await withdraw(assignment, one, screen.reason.trim());
    go("unit", assignment.id);
    toast(local ? "已删除" : "已撤回");
  };
  return html`<section class="card asking" role="group" aria-label="撤回">
    ${local ? html`<p>删除这条发现${one.mine.length ? `和它的 ${one.mine.length} 张照片` : ""}？它还没有上传，删除后不能恢复。</p>` : html`<label for="reason">撤回原因（撤回的不进入报告）</label><input id="reason" class="input" maxlength="200" .value=${live(screen.reason)} @input=${(event) => { screen.reason = event.target.value; }}>`}
    ${screen.fault && !local ? html`<p class="fault" role="alert">${screen.fault}</p>` : nothing}
    <div class="row"><button type="button" class="button danger" @click=${go_on}>${local ? "删除" : "撤回"}</button><button type="button" class="button" @click=${() => { screen.reason = null; screen.fault = ""; changed(); }}>不${local ? "删除" : "撤回"}</button></div></section>`;
}
