// The pre-issue check beside the text: what is typed is stored before a fix looks at it, and the sheet follows what a fix changed.
import { flush } from "./save.js";
import { caretTo, mainField } from "./structure.js";
import { choose } from "./side.js";

const BACK = "editor-check";
const panel = document.getElementById("ed-panel");

document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.closest?.("#check-panel")) return;
  event.preventDefault();
  flush().then((saved) => { if (saved) event.detail.issueRequest(true); });
});

// A fix may reach the title, a heading or many paragraphs: the page is read again, and opens where it was.
document.addEventListener("report-changed", ({ detail }) => {
  window.sessionStorage.setItem(BACK, JSON.stringify({ uid: detail.uid, top: window.scrollY }));
  window.location.reload();
});

// The check runs along as the text is stored, but never under somebody's hands.
let timer;
document.addEventListener("editor:saved", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const shown = document.getElementById("check-panel");
    if (!shown || shown.querySelector(".check-waive[open], .htmx-request") || shown.contains(document.activeElement)) return;
    window.htmx.ajax("GET", shown.dataset.address, { target: "#check-panel", swap: "outerHTML" });
  }, 800);
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
