// The keyboard: everything the buttons do, and what one expects of a text: Enter, Backspace, arrows between paragraphs.
import { flush, textOf } from "./save.js";
import { caretTo, mainField, offsetIn, run } from "./structure.js";
import { choose } from "./side.js";

const sheet = document.getElementById("ed-sheet");
const rows = () => [...sheet.querySelectorAll(".ed-row")];

export function neighbour(row, step) {
  const all = rows();
  return all[all.indexOf(row) + step];
}

function split(row, field) {
  const [start, end] = offsetIn(field);
  const text = textOf(field);
  const lead = textOf(row.querySelector("[data-field=lead]"));
  const values = () => ({ revision: row.dataset.revision, lead, head: text.slice(0, start), tail: text.slice(end) });
  return run(`${row.dataset.uid}/split/`, values);
}

function merge(row) {
  const before = neighbour(row, -1);
  if (!before || before.dataset.section !== row.dataset.section) return;
  const offset = textOf(mainField(before)).length;
  run(`${row.dataset.uid}/merge/`, () => ({ revision: row.dataset.revision }), { offset });
}

const OPERATIONS = {
  ArrowUp: ["alt", "move", "up"],
  ArrowDown: ["alt", "move", "down"],
  "[": ["ctrl", "level", "higher"],
  "]": ["ctrl", "level", "deeper"],
  b: ["ctrl", "lead", ""],
};

function shortcut(event, row, perform) {
  const ctrl = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.key === "F6") {
    if (event.target.closest("#ed-sheet")) document.querySelector(".ed-tabs [aria-selected=true]").focus();
    else caretTo(mainField(sheet.querySelector(".ed-row.current") ?? rows()[0]));
    return true;
  }
  if (ctrl && !event.altKey && key === "s") { flush(); return true; }
  if (ctrl && !event.altKey && key === "h") { choose("find").then(() => document.querySelector("#ed-find [name=find]")?.focus()); return true; }
  if (ctrl && event.altKey && (key === "z" || event.code === "KeyZ")) { perform("undo", row, {}); return true; }
  if (ctrl && event.altKey && (key === "m" || event.code === "KeyM")) { choose("remarks").then(() => document.getElementById("remark-text")?.focus()); return true; }
  if (!row) return false;
  if (ctrl && event.shiftKey && event.key === "Backspace") { perform("delete", row, {}); return true; }
  const [with_, op, way] = OPERATIONS[key] ?? [];
  if (op && ((with_ === "alt" && event.altKey && !ctrl) || (with_ === "ctrl" && ctrl && !event.altKey))) {
    perform(op, row, { way });
    return true;
  }
  return false;
}

function inText(event, row, field) {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain) return false;
  const [start, end] = offsetIn(field);
  const isText = field.dataset.field === "text";
  if (event.key === "Enter") {
    if (field.dataset.field === "lead") caretTo(row.querySelector("[data-field=text]"));
    else if (isText) split(row, field);
    return true;
  }
  if (event.key === "Backspace" && start === 0 && end === 0 && isText) {
    const lead = row.querySelector("[data-field=lead]");
    if (lead && textOf(lead)) caretTo(lead, true);
    else merge(row);
    return true;
  }
  const step = event.key === "ArrowUp" && start === 0 ? -1 : event.key === "ArrowDown" && start === textOf(field).length ? 1 : 0;
  if (step && start === end && row.dataset.kind !== "table") {
    const next = neighbour(row, step);
    if (!next) return false;
    caretTo(mainField(next), step < 0);
    return true;
  }
  return false;
}

export function listen(perform) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const row = event.target.closest?.(".ed-row") ?? (event.target.closest?.(".ed-bar, .ed-right") ? sheet.querySelector(".ed-row.current") : null);
    const field = event.target.closest?.("#ed-sheet [contenteditable]");
    // In a table or a heading of a part, Enter ends the input instead of making a second line.
    if (shortcut(event, row, perform)) event.preventDefault();
    else if (field && row && inText(event, row, field)) event.preventDefault();
    else if (field && event.key === "Enter") { event.preventDefault(); if (!row) field.blur(); }
  });
}
