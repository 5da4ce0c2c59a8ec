// Each section of a template shows only the settings that its kind uses; without this script all of them are shown.
const list = document.querySelector('[data-rows="sections"] [data-rows-list]');

function show(row) {
  const kind = row.querySelector('select[name$="-kind"]').value;
  for (const part of row.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind);
  }
}

function showAll() {
  for (const row of list.querySelectorAll("[data-row]")) show(row);
}

list.addEventListener("change", (event) => {
  if (event.target.name.endsWith("-kind")) show(event.target.closest("[data-row]"));
});
new MutationObserver(showAll).observe(list, { childList: true });
showAll();
