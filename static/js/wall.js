// 大屏: fills the screen on request; says so when its figures could not be asked for again, and keeps the last ones.
const button = document.querySelector("[data-full-screen]");
const stale = document.querySelector("[data-stale]");

if (button && document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => (button.hidden = Boolean(document.fullscreenElement)));
}

// A page to log in at, or one that reports an error, is an answer too, but none that belongs here.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const good = detail.xhr.status === 200 && detail.xhr.responseText.includes("data-wall-now");
  if (!good) detail.shouldSwap = false;
  stale.hidden = good;
});
document.body.addEventListener("htmx:sendError", () => (stale.hidden = false));
