// Tables of the sheet: rows and columns, and taking over cells from another state of the same table.
import { caretTo } from "./structure.js";
import { markDirty } from "./save.js";

const cellOf = (name) => {
  const made = document.createElement(name);
  if (name === "th") made.scope = "col";
  made.setAttribute("contenteditable", "plaintext-only");
  return made;
};
const rowOf = (texts) => {
  const made = document.createElement("tr");
  made.append(...texts.map((text) => Object.assign(cellOf("td"), { textContent: text })));
  return made;
};
const tableOf = (row) => row?.querySelector("table.sheet-table");

export function changeTable(row, cell, what) {
  const table = tableOf(row);
  if (!table) return;
  const body = table.tBodies[0];
  const head = table.tHead.rows[0];
  const here = cell?.isConnected && table.contains(cell) ? cell : null;
  const line = here?.parentElement ?? body.rows[body.rows.length - 1] ?? head;
  const column = here?.cellIndex ?? head.cells.length - 1;
  if (what === "row") {
    const made = rowOf([...head.cells].map(() => ""));
    if (line === head) body.prepend(made);
    else line.after(made);
    caretTo(made.cells[0]);
  } else if (what === "drop-row") {
    if (line === head) return;
    line.remove();
  } else if (what === "column") {
    for (const each of table.rows) each.cells[column].after(cellOf(each.parentElement === table.tHead ? "th" : "td"));
  } else if (what === "drop-figure") {
    // The table stays; from now on it is only a table.
    row.dataset.plain = "yes";
    row.querySelector("[data-chart]")?.remove();
    row.querySelector("caption .ed-mark")?.remove();
  } else if (head.cells.length > 1) {
    for (const each of table.rows) each.cells[column].remove();
  }
  markDirty(row);
}

// Puts another table in the place of this one.
export function fill(row, { columns, rows, caption }) {
  const table = tableOf(row);
  const head = document.createElement("tr");
  head.append(...columns.map((text) => Object.assign(cellOf("th"), { textContent: text })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows.map(rowOf));
  row.querySelector("[data-caption]").textContent = caption ?? "";
}

// Takes one cell, or one row that is only in the other table, over into the table of the sheet.
export function take(button) {
  const row = button.closest(".ed-row");
  const body = tableOf(row).tBodies[0];
  const line = button.closest("tr");
  const text = (cell) => (cell.querySelector("[data-take]")?.textContent ?? cell.textContent).trim();
  if (button.matches("[data-take]")) {
    const cell = button.closest("td");
    const data = JSON.parse(button.closest(".ed-conflict, .ed-merge").querySelector("script[type='application/json']").textContent);
    const target = body.rows[Number(line.dataset.mine)]?.cells[cell.cellIndex];
    if (!target) return;
    target.textContent = data.rows[line.sectionRowIndex][cell.cellIndex];
  } else {
    body.insertBefore(rowOf([...line.cells].slice(0, -1).map(text)), body.rows[Number(line.dataset.before)] ?? null);
    // What stands below has moved by one.
    for (const each of line.parentElement.rows) {
      if (each.dataset.mine !== undefined && Number(each.dataset.mine) >= Number(line.dataset.before)) each.dataset.mine = Number(each.dataset.mine) + 1;
      if (each.sectionRowIndex > line.sectionRowIndex) each.dataset.before = Number(each.dataset.before) + 1;
    }
  }
  button.disabled = true;
  markDirty(row);
}
