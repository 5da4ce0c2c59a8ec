// Tick boxes in groups: [data-tick-group] holds a [data-tick-all] box that ticks the others, and may show [data-tick-count].
function boxes(group) {
  return [...group.querySelectorAll('input[type="checkbox"]:not([data-tick-all])')];
}

// What a search has put out of sight keeps its tick, and "all" speaks of the rest.
const inSight = (box) => !box.closest("label[hidden], fieldset[hidden]");

function refresh() {
  for (const group of document.querySelectorAll("[data-tick-group]")) {
    const all = group.querySelector("[data-tick-all]");
    const ticked = boxes(group).filter((box) => box.checked).length;
    const seen = boxes(group).filter(inSight);
    all.checked = seen.length > 0 && seen.every((box) => box.checked);
    all.indeterminate = ticked > 0 && !all.checked;
    const count = group.querySelector("[data-tick-count]");
    if (count) count.textContent = String(ticked);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.dataset.tickAll !== undefined) {
    for (const box of boxes(event.target.closest("[data-tick-group]")).filter(inSight)) box.checked = event.target.checked;
  }
  refresh();
});
refresh();
