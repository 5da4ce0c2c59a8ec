// A finding as a card, with its photos; used on the unit's screen and where the representative reads what to sign.

import { app, bytesOf, changed } from "../app.js";
import { link } from "../router.js";
import { wordOf } from "../sheet.js";
import { html, icon, nothing, stateName, stateTag } from "./parts.js";

const pictures = new Map(); // photo key + hash → object URL

// The address of a photo of this phone; drawn as soon as its bytes have been read.
export function pictureOf(photo) {
  const name = `${photo.key}/${photo.sha256}`;
  if (!pictures.has(name)) {
    pictures.set(name, "");
    bytesOf(photo.key).then((bytes) => {
      if (!bytes) return;
      pictures.set(name, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
      changed();
    }, () => {});
  }
  return pictures.get(name);
}

export const TONE = { problem: "tag-bad", risk_point: "tag-warn", good_practice: "tag-ok" };

export function findingCard(assignment, finding) {
  const to = link("unit", assignment.id, "finding", finding.id);
  return html`<article class="finding ${finding.withdrawn ? "gone" : ""}">
    <a class="finding-main" href=${to}>
      <span class="finding-tags"><span class="tag ${TONE[finding.kind]}">${wordOf("kind", finding.kind)}</span>${finding.kind === "good_practice" ? nothing : html`<span class="tag">${wordOf("severity", finding.severity)}</span>`}
        ${finding.withdrawn ? html`<span class="tag">已撤回</span>` : nothing}${finding.row ? stateTag(finding.row) : nothing}</span>
      <span class="finding-text">${finding.text || "（还没有写内容）"}</span>
      ${finding.by && finding.by.id !== app.user.id ? html`<span class="soft">${finding.by.name}记录</span>` : nothing}
    </a>
    ${photosLine(assignment, finding)}
  </article>`;
}

export function photosLine(assignment, finding) {
  const sent = (finding.photos ?? []).length;
  if (!finding.mine?.length && !sent) return nothing;
  return html`<div class="thumbs">
    ${finding.mine.map((photo) => html`<a class="thumb ${photo.state}" href=${link("unit", assignment.id, "photo", photo.key)} aria-label=${`照片，${stateName(photo)}`}>${pictureOf(photo) ? html`<img src=${pictureOf(photo)} alt="照片">` : icon("camera")}${photo.state === "sent" ? nothing : stateTag(photo)}</a>`)}
    ${sent ? html`<span class="thumb-count">${icon("camera")}已上传 ${sent} 张</span>` : nothing}
  </div>`;
}
