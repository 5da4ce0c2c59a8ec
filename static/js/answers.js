// The checklist on the assignment page: taking a choice back, showing only what is unanswered, reloading after a conflict.
const ONLY = "only-unanswered";

// A refusal stands far down the page, at the fields it is about.
document.querySelector("[data-focus-first]")?.focus();

document.addEventListener("click", ({ target }) => {
  const clear = target.closest("[data-clear-choice]");
  if (clear) {
    for (const input of clear.form.querySelectorAll("input[name=conformity]")) input.checked = false;
    clear.form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const only = target.closest("[data-only-unanswered]");
  if (only) {
    const on = document.body.classList.toggle(ONLY);
    only.setAttribute("aria-pressed", String(on));
    // What is answered from now on stays in sight until the next press: a card must not vanish under the finger.
    for (const item of document.querySelectorAll(".item")) item.classList.toggle("aside", on && item.dataset.answered === "1");
  }
  if (target.closest("[data-reload]")) {
    for (const form of document.querySelectorAll("form[data-unsaved]")) delete form.dataset.unsaved;
    window.location.reload();
  }
  const link = target.closest(".missing-list a, .theme-chip");
  if (link) for (const item of document.querySelectorAll(".item.aside")) item.classList.remove("aside");
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const item = target.closest?.(".item");
  const state = item?.querySelector(".save-state[data-answered]");
  if (state) item.dataset.answered = state.dataset.answered;
});
