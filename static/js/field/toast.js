// A line at the foot of the screen: what has just been done, and a button that belongs to it.

let timer = 0;

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
  window.clearTimeout(timer);
  timer = window.setTimeout(hide, actions.length ? 7000 : 3500);
}

export function hide() {
  document.getElementById("toast").hidden = true;
}
