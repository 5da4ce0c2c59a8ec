// One photo: look at it, draw an arrow, cover what must not be seen, save. After it has been sent it can only be looked at.

import { app, bytesOf, changed } from "../app.js";
import { dropPhoto, savePhoto } from "../drafts.js";
import { Marking, drawWithFinger } from "../marking.js";
import { canvasOf, jpegOf } from "../pictures.js";
import { go, link, whenLeft } from "../router.js";
import { assignmentOf } from "../sheet.js";
import { toast } from "../toast.js";
import { empty, head, html, nothing, stateTag } from "./parts.js";
import { gone } from "./unit.js";

const screen = { key: "", marking: null, tool: "arrow", caption: "", fault: "", asking: false, saving: false };

export function photo(id, key) {
  const assignment = assignmentOf(id);
  const one = app.photos.get(key);
  if (!assignment && !one) return gone();
  const back = one ? link("unit", id, "finding", one.finding) : link("unit", id);
  if (!one) return html`${head("照片", { back })}<main class="page">${empty("这张照片已经删除。")}</main>`;
  if (screen.key !== key) open(key, one);
  const fixed = one.state === "sent" || one.state === "sending";
  return html`${head("照片", { back })}
    <main class="page photo-page with-foot">
      <div class="photo-board">${screen.marking?.canvas ?? html`<p class="soft" role="status">${screen.fault || "正在打开照片…"}</p>`}</div>
      ${fixed ? html`<p>${stateTag(one)} ${one.state === "sent" ? "已经上传，不能再改。" : ""}</p>` : tools()}
      ${one.state === "rejected" ? html`<p class="fault">${one.message}</p>` : nothing}
      ${fixed ? nothing : html`<label for="caption">说明（可不填）</label><input id="caption" class="input" maxlength="100" .value=${screen.caption} @input=${(event) => { screen.caption = event.target.value; }}>`}
      ${fixed ? nothing : removing(key, back)}
    </main>
    ${fixed ? nothing : html`<footer class="foot"><button type="button" class="button primary" ?disabled=${!screen.marking || screen.saving} @click=${() => save(id, key, one)}>${screen.saving ? "正在保存…" : "保存"}</button></footer>`}`;
}

function open(key, one) {
  Object.assign(screen, { key, marking: null, tool: "arrow", caption: one.caption, fault: "", asking: false, saving: false });
  whenLeft(() => { screen.key = ""; screen.marking = null; });
  bytesOf(key).then(async (bytes) => {
    if (!bytes) throw new Error("这张照片的内容在手机里找不到了，请重新拍摄。");
    const marking = new Marking(await canvasOf(bytes));
    if (screen.key !== key) return;
    screen.marking = marking;
    if (one.state !== "sent" && one.state !== "sending") drawWithFinger(marking, () => screen.tool, changed);
    marking.canvas.setAttribute("aria-label", "照片，可用手指标注");
    marking.canvas.setAttribute("role", "img");
    changed();
  }).catch((error) => { screen.fault = error.message; changed(); });
}

function tools() {
  const pick = (tool, word) => html`<button type="button" class="chip" aria-pressed=${screen.tool === tool} @click=${() => { screen.tool = tool; changed(); }}>${word}</button>`;
  const marks = screen.marking?.marks.length ?? 0;
  return html`<div class="chips" role="group" aria-label="标注">${pick("arrow", "画箭头")}${pick("blur", "遮挡模糊")}
    <button type="button" class="chip" ?disabled=${!marks} @click=${() => { screen.marking.undo(); changed(); }}>撤销一步</button></div>
    <p class="soft">在照片上用手指拖动。人脸、手机号等请先遮挡，保存后不能还原。</p>`;
}

async function save(id, key, one) {
  screen.saving = true;
  changed();
  try {
    const bytes = screen.marking.marks.length ? await jpegOf(screen.marking.canvas) : null;
    await savePhoto(key, bytes, screen.caption.trim());
    const next = [...app.photos.values()].find((other) => other.finding === one.finding && other.state === "draft");
    toast(next ? "已保存，下一张" : "照片已保存");
    if (next) go("unit", id, "photo", next.key);
    else go("unit", id, "finding", one.finding);
  } catch (error) {
    screen.fault = error.message;
    toast(error.message);
  } finally {
    screen.saving = false;
    changed();
  }
}

function removing(key, back) {
  if (!screen.asking) return html`<p><button type="button" class="text-link danger" @click=${() => { screen.asking = true; changed(); }}>删除这张照片</button></p>`;
  const remove = async () => {
    await dropPhoto(key);
    window.location.hash = back;
  };
  return html`<div class="card asking"><p>删除后不能恢复。</p><div class="row"><button type="button" class="button danger" @click=${remove}>删除</button><button type="button" class="button" @click=${() => { screen.asking = false; changed(); }}>不删除</button></div></div>`;
}
