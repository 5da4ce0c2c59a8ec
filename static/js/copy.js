// <button data-copy="id">  takes the text of that element along. Offices often run without TLS, where browsers offer no clipboard to write to.
function copyTheOldWay(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const chosen = window.getSelection();
  chosen.removeAllRanges();
  chosen.addRange(range);
  return document.execCommand("copy");
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const element = document.getElementById(button.dataset.copy);
  let done = false;
  try {
    await navigator.clipboard.writeText(element.textContent);
    done = true;
  } catch {
    done = copyTheOldWay(element);
  }
  button.textContent = done ? "已复制" : "请按 Ctrl+C 复制";
});
