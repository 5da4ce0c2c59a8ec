// Says how long a text is and when it is too long, instead of cutting off the end of what is pasted.
//   <textarea data-max-length="500">   and every longer one-line field that has a maxlength
const WORTH_COUNTING = 60;

function limitOf(field) {
  if (!field.matches?.("textarea, input:not([type]), input[type=text]")) return 0;
  if (field.maxLength >= WORTH_COUNTING || (field.maxLength > 0 && field.localName === "textarea")) {
    field.dataset.maxLength = field.maxLength;
    field.removeAttribute("maxlength");
  }
  return Number(field.dataset.maxLength ?? 0);
}

function lineOf(field) {
  const next = field.nextElementSibling;
  if (next?.matches(".counter")) return next;
  const line = document.createElement("div");
  line.className = "counter";
  line.setAttribute("aria-live", "polite");
  field.after(line);
  return line;
}

function count(field) {
  const limit = limitOf(field);
  if (!limit) return;
  // A break counts as two signs when it is sent.
  const length = [...field.value].length + (field.value.match(/\n/g)?.length ?? 0);
  const over = length - limit;
  // One line fields are rarely long: there the counter only speaks up when the end is near.
  const shown = over > 0 || (length > 0 && (field.localName === "textarea" || length > limit * 0.8));
  if (!shown && !field.nextElementSibling?.matches(".counter")) return;
  const line = lineOf(field);
  line.hidden = !shown;
  line.classList.toggle("over", over > 0);
  line.textContent = `已输入 ${length} / ${limit}${over > 0 ? `，超出 ${over} 字，请删减后再保存` : ""}`;
  // What saves itself is refused by the server in words; elsewhere the browser does not send it.
  field.setCustomValidity(over > 0 && !field.closest("form[hx-trigger]") ? `最多 ${limit} 字，请删减 ${over} 字。` : "");
}

for (const kind of ["focusin", "input"]) document.addEventListener(kind, ({ target }) => count(target));
// Text that was refused comes back too long.
for (const field of document.querySelectorAll("textarea")) if (field.value.length > limitOf(field)) count(field);
