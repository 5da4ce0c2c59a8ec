// Bulk documents: shows the choices of the chosen scope only, counts the organizations chosen, finds one by its name.
// Without this script all choices are shown and the radio buttons decide.
const form = document.getElementById("bulk-form");

function scope() {
  return form.querySelector('[name="scope"]:checked')?.value;
}

// A ticked branch within a ticked branch is counted with the outer one.
function isInside(box) {
  for (let item = box.closest("li")?.parentElement.closest("li"); item; item = item.parentElement.closest("li")) {
    if (item.querySelector('input[name="subtrees"]').checked) return true;
  }
  return false;
}

function count(all) {
  if (scope() === "all") return all;
  const panel = form.querySelector(`[data-scope="${scope()}"]`);
  const ticked = [...(panel?.querySelectorAll("[data-count]:checked") || [])].filter((box) => !isInside(box));
  return ticked.reduce((sum, box) => sum + Number(box.dataset.count), 0);
}

function refresh() {
  for (const panel of form.querySelectorAll("[data-scope]")) panel.hidden = panel.dataset.scope !== scope();
  const right = form.querySelector('[name="right_pages"]');
  right.closest(".mb-3").hidden = form.querySelector('[name="bundle"]:checked')?.value !== "volume";
  const told = form.querySelector("[data-chosen]");
  told.hidden = false;
  told.querySelector("b").textContent = String(count(Number(told.dataset.chosen)));
}

function find(words) {
  const panel = form.querySelector('[data-scope="picked"]');
  let any = false;
  for (const group of panel.querySelectorAll("fieldset")) {
    let here = false;
    for (const label of group.querySelectorAll(".tick-grid label")) {
      label.hidden = !label.textContent.includes(words);
      here ||= !label.hidden;
    }
    group.hidden = !here;
    any ||= here;
  }
  panel.querySelector("[data-none]").hidden = any;
  // "All" speaks of what is in sight: tick-all.js looks again.
  panel.dispatchEvent(new Event("change", { bubbles: true }));
}

if (form) {
  const search = form.querySelector("[data-find]");
  search.hidden = false;
  search.addEventListener("input", () => find(search.value.trim()));
  // Enter in the search field looks; it does not send the form.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  // At the document and after tick-all.js, which ticks boxes when the event arrives there.
  document.addEventListener("change", refresh);
  refresh();
}
