// Composing a report: shows the fields that the chosen template uses; without this script all of them are shown.
const select = document.querySelector("[data-documents]");

function show() {
  const document_ = JSON.parse(select.dataset.documents)[select.value] || "";
  for (const field of document.querySelectorAll("[data-used-by]")) {
    const wrapper = field.closest(".mb-3") || field;
    const column = wrapper.parentElement.closest("[class*='col-md']");
    (column || wrapper).hidden = !field.dataset.usedBy.split(" ").includes(document_);
  }
}

if (select) {
  show();
  select.addEventListener("change", show);
}
