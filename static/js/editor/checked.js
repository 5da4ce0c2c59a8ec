// The pre-issue check beside the text: what is typed is stored before a fix looks at it, and the sheet follows what a fix changed.
import { flush } from "./save.js";
import { caretTo, mainField } from "./structure.js";
import { choose } from "./side.js";

const BACK = "editor-check";
const panel = document.getElementById("ed-panel");

document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.closest("#check-panel")) return;
  event.preventDefault();
  flush().then((saved) => { if (saved) event.detail.issueRequest(true); });
});

// A fix may reach the title, a heading or many paragraphs: the page is read again, and opens where it was.
document.addEventListener("report-changed", ({ detail }) => {
  window.sessionStorage.setItem(BACK, JSON.stringify({ uid: detail.uid, top: window.scrollY }));
  window.location.reload();
});

panel.addEventListener("click", (event) => {
  const link = event.target.closest("[data-check-uid]");
  const row = link && document.getElementById(`p-${link.dataset.checkUid}`);
  if (!row) return;
  event.preventDefault();
  row.scrollIntoView({ block: "center" });
  caretTo(mainField(row));
});

const back = window.sessionStorage.getItem(BACK);
if (back) {
  window.sessionStorage.removeItem(BACK);
  choose("check");
  window.scrollTo(0, JSON.parse(back).top);
}
