// The editor: which paragraph is meant, what the buttons do, and tables. Saving, structure, side and keys have their own modules.
import { answerConflict, flush, markDirty, textOf, unsaved, valuesOf } from "./save.js";
import { caretTo, mainField, run } from "./structure.js";
import { choose, follow, refresh } from "./side.js";
import { listen, neighbour } from "./keys.js";
import { changeTable, fill, take } from "./tables.js";
import "./checked.js";

const sheet = document.getElementById("ed-sheet");
const tools = document.querySelector(".ed-table-tools");
let current = null;
let cell = null;

function select(row) {
  if (!row) return;
  if (current !== row) {
    current?.classList.remove("current");
    current = row;
    row.classList.add("current");
  }
  tools.hidden = row.dataset.kind !== "table";
  // A chart is drawn from certain columns: as long as it is there, they stay.
  const drawn = Boolean(row.querySelector("[data-chart]"));
  for (const button of tools.querySelectorAll("[data-table$=column]")) button.hidden = drawn;
  tools.querySelector("[data-table=drop-figure]").hidden = !drawn;
  for (const link of document.querySelectorAll("#ed-outline a")) link.toggleAttribute("aria-current", link.hash === `#${row.id}`);
  follow(row.dataset.uid);
}

// --- what the buttons do ------------------------------------------------------------------------------------------------------

function toggleLead(row) {
  const lead = row.querySelector(".ed-lead");
  if (!lead) return;
  const field = lead.querySelector("[data-field=lead]");
  if (!lead.hidden && textOf(field)) {
    // Taken off, its words go to the front of the text: nothing typed is thrown away.
    const text = row.querySelector("[data-field=text]");
    text.textContent = `${textOf(field)}。${textOf(text)}`;
    field.textContent = "";
    lead.hidden = true;
    markDirty(row);
    caretTo(text);
  } else {
    lead.hidden = !lead.hidden;
    caretTo(lead.hidden ? row.querySelector("[data-field=text]") : field);
  }
}

const revision = (row) => () => ({ revision: row.dataset.revision });

const VERBS = {
  add: (row, { kind, level, finding, standard, measure, section, text }) => {
    const part = section ?? row?.dataset.section ?? sheet.querySelector(".ed-part")?.dataset.section;
    const own = kind || finding || standard || !row ? 0 : row.dataset.kind === "body" ? row.dataset.level : 0;
    const values = { section: part, behind: section ? "" : row?.dataset.uid, kind: kind ?? "body", level: level ?? own };
    for (const [name, value] of Object.entries({ finding, standard, measure, text })) if (value !== undefined) values[name] = value;
    return run("add/", values);
  },
  move: (row, { way }) => row && run(`${row.dataset.uid}/move/`, { way }, { caret: "start" }),
  level: (row, { way }) => row && run(`${row.dataset.uid}/level/`, { way }),
  merge: (row) => row && run(`${row.dataset.uid}/merge/`, revision(row), { caret: "end" }),
  lead: (row) => row && toggleLead(row),
  undo: () => run("undo/", {}),
  accept: () => run("accept/", {}, { caret: "" }),
  delete: (row) => {
    if (!row || !window.confirm("删除这一段？可以撤销。")) return;
    const next = (neighbour(row, 1) ?? neighbour(row, -1))?.dataset.uid ?? "";
    run(`${row.dataset.uid}/delete/`, () => ({ revision: row.dataset.revision, next }));
  },
  settle: (row, { choice }) => {
    const merged = Object.fromEntries([...row.querySelectorAll("[data-merged]")].map((field) => [field.dataset.merged, field.value]));
    const table = () => (choice === "merge" && row.dataset.kind === "table" ? valuesOf(row) : {});
    return run(`${row.dataset.uid}/settle/`, () => ({ revision: row.dataset.revision, choice, ...merged, ...table() }), { caret: "" });
  },
  replace: async (row, { uid, confirm }) => {
    const form = document.getElementById("ed-find");
    if (confirm && !window.confirm(confirm)) return;
    const values = { find: form.elements.namedItem("find").value, replace: form.elements.namedItem("replace").value, uid: uid ?? "" };
    if (await run("replace/", values, { caret: "" })) form.requestSubmit();
  },
};

function perform(op, row, values) {
  return VERBS[op](row, values);
}

document.getElementById("editor").addEventListener("click", async (event) => {
  const { target } = event;
  const button = target.closest("[data-op]");
  if (button) {
    const { op, ...values } = button.dataset;
    perform(op, op === "settle" ? button.closest(".ed-row") : current, values);
    return;
  }
  const choice = target.closest("[data-conflict]");
  if (choice) answerConflict(choice.closest(".ed-row"), choice.dataset.conflict, fill);
  else if (target.closest("[data-opens]")) { select(target.closest(".ed-row")); choose(target.closest("[data-opens]").dataset.opens); }
  else if (target.closest("[data-table]")) changeTable(current, cell, target.closest("[data-table]").dataset.table);
  else if (target.closest("[data-take], [data-take-row]")) take(target.closest("[data-take], [data-take-row]"));
  else if (target.closest("[data-merge]")) {
    const box = target.closest(".ed-offer").querySelector(".ed-merge");
    box.hidden = false;
    box.querySelector("textarea, button").focus();
  } else if (target.closest("a[href^='#p-'], a[href^='#s-']")) {
    const place = document.getElementById(target.closest("a").hash.slice(1));
    const row = place?.matches(".ed-row") ? place : place?.querySelector(".ed-row");
    event.preventDefault();
    place?.scrollIntoView({ block: "start" });
    if (row) { select(row); caretTo(mainField(row)); }
  }
});

// The buttons speak of the paragraph in which the caret stands: pressing one must not take the caret away.
document.querySelector(".ed-bar").addEventListener("mousedown", (event) => event.preventDefault());

// --- typing -----------------------------------------------------------------------------------------------------------------

sheet.addEventListener("focusin", ({ target }) => {
  select(target.closest(".ed-row"));
  cell = target.closest("td, th");
});
sheet.addEventListener("click", ({ target }) => select(target.closest(".ed-row")));

sheet.addEventListener("input", ({ target }) => {
  const row = target.closest(".ed-row");
  if (row && target.closest("[contenteditable]")) markDirty(row);
});

sheet.addEventListener("focusout", ({ target }) => {
  const row = target.closest(".ed-row");
  if (row && target.closest("[contenteditable]")) flush(row);
  const heading = target.closest("[data-heading]");
  if (heading && textOf(heading).trim() !== heading.dataset.heading) {
    const { section } = heading.closest("[data-section]").dataset;
    run(`sections/${section}/`, { old: heading.dataset.heading, heading: textOf(heading) }, { caret: "" }).then((done) => {
      if (!done) heading.textContent = heading.dataset.heading;
    });
  }
});

// Several lines, pasted: the first goes where the caret stands, each further one becomes a paragraph of its own.
sheet.addEventListener("paste", (event) => {
  const field = event.target.closest("[contenteditable]");
  const lines = event.clipboardData.getData("text/plain").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (!field || lines.length < 2) return;
  event.preventDefault();
  const row = field.closest(".ed-row");
  if (field.dataset.field !== "text") {
    document.execCommand("insertText", false, lines.join(""));
    return;
  }
  document.execCommand("insertText", false, lines[0]);
  markDirty(row);
  VERBS.add(row, { text: lines.slice(1) });
});

document.addEventListener("editor:changed", ({ detail }) => {
  current = null;
  if (detail.row) select(detail.row);
  refresh();
});

// Leaving for another page of ours: what was typed is stored first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-leaves]") || !unsaved().length) return;
  event.preventDefault();
  flush().then((saved) => { if (saved) HTMLFormElement.prototype.submit.call(form); });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || link.getAttribute("href").startsWith("#") || !unsaved().length || event.defaultPrevented) return;
  event.preventDefault();
  flush().then((saved) => { if (saved) window.location.assign(link.href); });
});

// Firefox before 136 knows no plaintext-only.
for (const field of document.querySelectorAll("[contenteditable=plaintext-only]")) {
  if (!field.isContentEditable) field.setAttribute("contenteditable", "true");
}

listen(perform);
// Whoever comes from a remark on the home page lands on its paragraph, with the remarks beside it.
const asked = window.location.hash.startsWith("#p-") ? document.getElementById(window.location.hash.slice(1)) : null;
select(asked ?? sheet.querySelector(".ed-row"));
if (asked) choose("remarks");
