// Whatever changes more than one paragraph's words: everything typed is saved first, then the server answers with the new sheet.
import { post } from "./send.js";
import { flush, tell, unsaved } from "./save.js";

const sheet = document.getElementById("ed-sheet");
const outline = document.getElementById("ed-outline");
let busy = false;

export function caretTo(field, atEnd = false) {
  if (!field) return;
  field.focus();
  const range = document.createRange();
  range.selectNodeContents(field);
  range.collapse(!atEnd);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

export const mainField = (row) => row?.querySelector("[data-field=text], th[contenteditable], td[contenteditable]");

export async function run(path, values, { caret = "start", offset } = {}) {
  if (busy) return false;
  busy = true;
  sheet.querySelector(".sheets").setAttribute("aria-busy", "true");
  try {
    if (!(await flush()) || unsaved().length) {
      tell("有文字还没有保存，请先处理标红的段落。", "bad");
      return false;
    }
    const given = typeof values === "function" ? values() : values;
    const { ok, answer, failure } = await post(path, given);
    if (failure || !ok) {
      tell(`没有完成：${failure ?? answer.error}`, "bad");
      return false;
    }
    const { scrollY } = window;
    sheet.innerHTML = answer.sheet;
    outline.innerHTML = answer.outline;
    document.getElementById("ed-undo").disabled = !answer.undo;
    document.getElementById("ed-undo-what").textContent = answer.undo;
    window.scrollTo(0, scrollY);
    const row = answer.focus && document.getElementById(`p-${answer.focus}`);
    document.dispatchEvent(new CustomEvent("editor:changed", { detail: { row } }));
    if (row) {
      row.scrollIntoView({ block: "nearest" });
      if (caret) caretTo(mainField(row), caret === "end");
      if (offset !== undefined) caretAt(mainField(row), offset);
    }
    tell(answer.notice || "已保存");
    return true;
  } finally {
    busy = false;
    sheet.querySelector(".sheets")?.removeAttribute("aria-busy");
  }
}

export function caretAt(field, offset) {
  const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) {
      window.getSelection().collapse(node, left);
      return;
    }
    left -= node.length;
  }
}

export function offsetIn(field) {
  const selection = window.getSelection();
  if (!selection.rangeCount || !field.contains(selection.anchorNode)) return [0, 0];
  const range = selection.getRangeAt(0);
  const before = document.createRange();
  before.selectNodeContents(field);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}
