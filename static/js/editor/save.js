// Saves paragraphs by themselves, one after the other per paragraph, and never loses what was typed.
//   markDirty(row)   something was typed: saved in the next pause
//   flush(row?)      save now; resolves to whether everything is stored
//   answerConflict   what the second saver decided
// A refused save (409 with a conflict) stops the paragraph's autosave until somebody has decided.
import { post } from "./send.js";

const PAUSE = 1200;
const RETRY = 10000;
const timers = new WeakMap();
const running = new WeakMap();
const dirty = new Set();
const state = document.getElementById("ed-state");

export function tell(text, tone = "") {
  state.textContent = text;
  state.className = `ed-state ${tone}`;
}

const BLOCK = /[\n\r]+/g;
export const textOf = (field) => (field?.textContent ?? "").replace(BLOCK, "");

export function valuesOf(row) {
  if (row.dataset.kind !== "table") {
    const values = { text: textOf(row.querySelector("[data-field=text]")) };
    const lead = row.querySelector("[data-field=lead]");
    if (lead) values.lead = textOf(lead);
    return values;
  }
  const table = row.querySelector("table.sheet-table");
  const more = JSON.parse(row.querySelector("table.sheet-table ~ script[type='application/json']")?.textContent ?? "{}");
  const cells = (line, name) => [...line.querySelectorAll(name)].map((cell) => cell.textContent.replace(BLOCK, ""));
  const columns = cells(table.tHead.rows[0], "th");
  const kept = more.columns?.length === columns.length ? { widths: more.widths, align: more.align } : {};
  if (more.figure && !row.dataset.plain) kept.figure = more.figure;
  const rows = [...table.tBodies[0].rows].map((line) => cells(line, "td"));
  return { table: JSON.stringify({ ...kept, columns, rows, caption: textOf(row.querySelector("[data-caption]")) }) };
}

export function markDirty(row) {
  dirty.add(row);
  if (row.dataset.conflicting) return;
  tell("正在输入……", "busy");
  window.clearTimeout(timers.get(row));
  timers.set(row, window.setTimeout(() => flush(row), PAUSE));
}

export const unsaved = () => [...dirty].filter((row) => row.isConnected);

function show(row, answer) {
  row.dataset.revision = answer.revision;
  const edited = row.querySelector("[data-flag=edited]");
  if (edited) edited.hidden = !answer.edited;
  row.querySelector("[data-flag=review]").hidden = !answer.since_review;
  const lost = row.querySelector("[data-flag=lost]");
  lost.hidden = !answer.lost.length;
  lost.querySelector("[data-lost]").textContent = answer.lost.join("”“");
  document.getElementById("ed-undo").disabled = !answer.undo;
  document.getElementById("ed-undo-what").textContent = answer.undo;
  // The chart is drawn from the table: other figures, another chart.
  const chart = row.querySelector("[data-chart]");
  if (chart && answer.chart !== undefined) chart.innerHTML = answer.chart;
}

function conflict(row, answer) {
  const box = row.querySelector(".ed-conflict");
  row.dataset.conflicting = answer.revision;
  row.theirs = answer.current;
  box.innerHTML = answer.conflict;
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
  tell("有一段被他人改过，等您决定", "bad");
}

async function save(row) {
  const sent = valuesOf(row);
  tell("正在保存……", "busy");
  const { ok, answer, failure } = await post(`${row.dataset.uid}/save/`, { revision: row.dataset.revision, ...sent });
  if (failure) {
    tell(`未保存：${failure}文字仍在页面上，会自动重试。`, "bad");
    timers.set(row, window.setTimeout(() => flush(row), RETRY));
    return false;
  }
  if (!ok) {
    if (answer.conflict) conflict(row, answer);
    else tell(`未保存：${answer.error}`, "bad");
    return false;
  }
  show(row, answer);
  // Typed on while it was being sent: not stored yet.
  if (JSON.stringify(valuesOf(row)) === JSON.stringify(sent)) dirty.delete(row);
  else return save(row);
  if (!unsaved().length) {
    tell(`已保存 ${answer.at}`);
    document.dispatchEvent(new CustomEvent("editor:saved"));
  }
  return true;
}

async function flushRow(row) {
  window.clearTimeout(timers.get(row));
  await running.get(row);
  if (!dirty.has(row)) return true;
  if (row.dataset.conflicting) return false;
  const work = save(row);
  running.set(row, work);
  const saved = await work;
  if (running.get(row) === work) running.delete(row);
  return saved;
}

export async function flush(row) {
  const rows = row ? [row] : unsaved();
  const results = await Promise.all(rows.map(flushRow));
  return results.every(Boolean);
}

export function answerConflict(row, choice, fill) {
  const box = row.querySelector(".ed-conflict");
  row.dataset.revision = row.dataset.conflicting;
  delete row.dataset.conflicting;
  if (choice === "theirs" && row.dataset.kind === "table") {
    fill(row, JSON.parse(box.querySelector("script[type='application/json']").textContent));
  } else if (choice === "theirs") {
    row.querySelector("[data-field=text]").textContent = row.theirs.text;
    const lead = row.querySelector("[data-field=lead]");
    if (lead) {
      lead.textContent = row.theirs.lead;
      lead.closest(".ed-lead").hidden = !row.theirs.lead;
    }
  }
  box.hidden = true;
  box.replaceChildren();
  dirty.add(row);
  flush(row);
}

window.addEventListener("online", () => flush());
window.addEventListener("beforeunload", (event) => {
  if (unsaved().length) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") flush();
});
