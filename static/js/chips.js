// Chosen organizations as chips in a form. Any button with data-chip-value, data-chip-label and data-chip-into (the field's name)
// adds one, wherever on the page it stands; the form then reports a change.
//   <form data-chips> … <div data-chips-part="field"> <ul data-chips-list> and a <template> of one chip
const form = document.querySelector("form[data-chips]");

function changed() {
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function add(button) {
  const part = form.querySelector(`[data-chips-part="${button.dataset.chipInto}"]`);
  const list = part.querySelector("[data-chips-list]");
  const present = [...list.querySelectorAll("input")].some((input) => input.value === button.dataset.chipValue);
  if (!present) {
    const chip = part.querySelector("template").content.cloneNode(true);
    chip.querySelector("input").value = button.dataset.chipValue;
    chip.querySelector("span").textContent = button.dataset.chipLabel;
    chip.querySelector("button").setAttribute("aria-label", `去掉${button.dataset.chipLabel}`);
    list.append(chip);
    changed();
  }
  const found = button.closest(".found");
  if (found) {
    found.replaceChildren();
    const search = part.querySelector("input[type=search]");
    search.value = "";
    search.focus();
  }
}

document.addEventListener("click", (event) => {
  const adding = event.target.closest("[data-chip-value]");
  if (adding) add(adding);
  const removing = event.target.closest("[data-chip-remove]");
  if (removing) {
    removing.closest("li").remove();
    changed();
  }
});
