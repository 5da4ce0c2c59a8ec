// Puts themes and items of a checklist in order: buttons (keyboard and phone) and dragging. The page moves the row at once and
// tells the server the new place; when that fails the row goes back.
const themes = document.getElementById("themes");

function listOf(theme) {
  return theme.querySelector("[data-item-list]");
}

function neighbour(row, direction) {
  return direction === "up" ? row.previousElementSibling : row.nextElementSibling;
}

/** Carry out `move`, send the new place, and undo by `back` when the server refuses. */
async function place(row, move, values, focus) {
  const parent = row.parentElement;
  const next = row.nextElementSibling;
  move();
  focus?.focus();
  row.scrollIntoView({ block: "nearest" });
  const answered = new Promise((resolve) => {
    row.addEventListener("htmx:afterRequest", function heard(event) {
      // Forms inside the row report here too.
      if (event.detail.elt !== row) return;
      row.removeEventListener("htmx:afterRequest", heard);
      resolve(event.detail.xhr?.status === 200);
    });
  });
  window.htmx.ajax("POST", row.dataset.placeUrl, { source: row, target: "#page-state", swap: "innerHTML", values: values() }).catch(() => {});
  if (!(await answered)) parent.insertBefore(row, next);
}

function itemPlace(row) {
  return () => ({ theme: row.closest("[data-theme]").dataset.theme, before: row.nextElementSibling?.dataset.item ?? "" });
}

function moveItem(row, direction, button) {
  const beside = neighbour(row, direction);
  const theme = row.closest("[data-theme]");
  const other = neighbour(theme, direction);
  if (!beside && !other?.dataset.theme) return;
  place(row, () => {
    if (beside && direction === "up") beside.before(row);
    else if (beside) beside.after(row);
    // At the end of its theme an item goes on into the next one.
    else if (direction === "up") listOf(other).append(row);
    else listOf(other).prepend(row);
  }, itemPlace(row), button);
}

function moveTheme(theme, direction, button) {
  const beside = neighbour(theme, direction);
  if (!beside) return;
  place(theme, () => (direction === "up" ? beside.before(theme) : beside.after(theme)), () => ({ before: theme.nextElementSibling?.dataset.theme ?? "" }), button);
}

themes?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-move-theme]");
  if (!button) return;
  if (button.dataset.move) moveItem(button.closest("[data-item]"), button.dataset.move, button);
  else moveTheme(button.closest("[data-theme]"), button.dataset.moveTheme, button);
});

// With one theme there is nowhere to move to.
const countThemes = () => themes?.classList.toggle("only-one", themes.querySelectorAll("[data-theme]").length < 2);
document.addEventListener("htmx:afterSettle", countThemes);
countThemes();

// The list of themes to move to is made when it is opened: themes come and go while the page is open.
function fill(select) {
  const own = select.closest("[data-theme]");
  const options = [new Option("移到其他主题…", "")];
  for (const theme of themes.querySelectorAll("[data-theme]")) {
    if (theme !== own) options.push(new Option(theme.querySelector("[name=name]").value || "（未命名主题）", theme.dataset.theme));
  }
  select.replaceChildren(...options);
}
for (const kind of ["focusin", "pointerdown"]) {
  themes?.addEventListener(kind, (event) => {
    if (event.target.matches?.("[data-move-to]")) fill(event.target);
  });
}
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-move-to]") || !event.target.value) return;
  const row = event.target.closest("[data-item]");
  const theme = themes.querySelector(`[data-theme="${event.target.value}"]`);
  event.target.value = "";
  place(row, () => listOf(theme).append(row), itemPlace(row), event.target);
}, true);

// Dragging, where there is a mouse; the row follows the pointer and is sent when it is let go.
let dragged = null;
let start = null;
themes?.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-drag]")) return;
  dragged = event.target.closest("[data-item]");
  start = { parent: dragged.parentElement, next: dragged.nextElementSibling };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.item);
  event.dataTransfer.setDragImage(dragged, 16, 16);
  dragged.classList.add("dragged");
});
themes?.addEventListener("dragover", (event) => {
  if (!dragged) return;
  const list = event.target.closest("[data-theme]")?.querySelector("[data-item-list]");
  if (!list) return;
  event.preventDefault();
  const over = event.target.closest("[data-item]");
  if (over === dragged) return;
  if (!over) {
    if (!list.children.length || event.clientY > list.getBoundingClientRect().bottom) list.append(dragged);
    return;
  }
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});
themes?.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});
themes?.addEventListener("dragend", () => {
  if (!dragged) return;
  const row = dragged;
  row.classList.remove("dragged");
  dragged = null;
  if (row.parentElement === start.parent && row.nextElementSibling === start.next) return;
  const [parent, next] = [row.parentElement, row.nextElementSibling];
  start.parent.insertBefore(row, start.next);
  place(row, () => parent.insertBefore(row, next), itemPlace(row));
});

// What a deletion is about is sent along, so that the server can refuse when somebody else has changed it meanwhile.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.dataset.countItems !== undefined) parameters.seen = String(elt.closest("[data-theme]").querySelectorAll("[data-item]").length);
  if (elt.dataset.seen) parameters.seen = seenOf(elt);
  if (elt.dataset.withPlace !== undefined) Object.assign(parameters, itemPlace(elt.closest("[data-item]"))());
});

/** What the user sees of an item: its open form's base, else the question of its line. */
function seenOf(button) {
  const row = document.getElementById(button.dataset.seen);
  const base = row.querySelector("[name=base]")?.value;
  return base ?? JSON.stringify({ question: row.querySelector(".item-question").textContent });
}
