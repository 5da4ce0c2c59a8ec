// Tick boxes in groups: [data-tick-group] holds a [data-tick-all] box that ticks the others, and may show [data-tick-count].
function boxes(group) {
  return [...group.querySelectorAll('input[type="checkbox"]:not([data-tick-all])')];
}

function refresh() {
  for (const group of document.querySelectorAll("[data-tick-group]")) {
    const all = group.querySelector("[data-tick-all]");
    const ticked = boxes(group).filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes(group).length;
    all.indeterminate = ticked > 0 && !all.checked;
    const count = group.querySelector("[data-tick-count]");
    if (count) count.textContent = String(ticked);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.dataset.tickAll !== undefined) {
    // What a search has put out of sight keeps its tick.
    for (const box of boxes(event.target.closest("[data-tick-group]"))) if (!box.closest("[hidden]")) box.checked = event.target.checked;
  }
  refresh();
});
refresh();
