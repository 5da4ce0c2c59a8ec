// Choosing one organization by typing part of its name or code.
//   <div data-picker="/units/organizations/search/"> hidden input, text input role=combobox, ul role=listbox </div>
const WAIT = 250;

function wire(box) {
  const [hidden, field] = box.querySelectorAll("input");
  const list = box.querySelector("[role=listbox]");
  let timer, request, current = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  function close() {
    list.hidden = true;
    current = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
  function mark(index) {
    const all = options();
    current = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === current)));
    if (current >= 0) {
      field.setAttribute("aria-activedescendant", all[current].id);
      all[current].scrollIntoView({ block: "nearest" });
    }
  }
  function choose(option) {
    hidden.value = option.dataset.value;
    field.value = option.dataset.label;
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  }
  async function find() {
    request?.abort();
    request = new AbortController();
    const address = new URL(box.dataset.picker, location.href);
    address.searchParams.set("q", field.value.trim());
    address.searchParams.set("id", field.id);
    try {
      const answer = await fetch(address, { signal: request.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      list.innerHTML = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      list.innerHTML = '<li class="picker-note">暂时无法查找，请刷新页面后再试。</li>';
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    current = -1;
  }

  field.addEventListener("input", () => {
    hidden.value = "";
    // What is listed no longer fits what is typed: nothing of it may be chosen by a quick Enter.
    list.replaceChildren();
    close();
    request?.abort();
    clearTimeout(timer);
    timer = setTimeout(find, WAIT);
  });
  field.addEventListener("focus", () => { if (!hidden.value) find(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) find(); else mark(current + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !hidden.value && field.value.trim()) {
      event.preventDefault();
      const all = options();
      const option = all[current] ?? (all.length === 1 ? all[0] : undefined);
      if (option) choose(option);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) choose(option);
  });
  field.addEventListener("blur", () => {
    clearTimeout(timer);
    request?.abort();
    close();
    // Half a name is no choice: what was not chosen from the list does not stay as if it were.
    if (!hidden.value) field.value = "";
  });
}

for (const box of document.querySelectorAll("[data-picker]")) wire(box);
