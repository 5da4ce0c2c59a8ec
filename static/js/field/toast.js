// A line at the foot of the screen: what has just been done, and a button that belongs to it.

const FRESH_MS = 500;

let timer = 0;
let shownAt = 0;

export function toast(text, ...actions) {
  const place = document.getElementById("toast");
  const line = document.createElement("span");
  line.textContent = text;
  const buttons = actions.map(([label, act]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: label });
    button.addEventListener("click", () => { hide(); act(); });
    return button;
  });
  place.replaceChildren(line, ...buttons);
  place.hidden = false;
  shownAt = Date.now();
  window.clearTimeout(timer);
  timer = window.setTimeout(hide, actions.length ? 7000 : 3500);
}

export function hide() {
  document.getElementById("toast").hidden = true;
}

// What was said on one screen does not cover the next but one; what is said in going to a screen stays.
export function hideOld() {
  if (Date.now() - shownAt > FRESH_MS) hide();
}
