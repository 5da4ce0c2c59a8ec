// The bell asks by itself. That it got no answer is nothing the user did and nothing was lost, so no page shall say "not saved" about it.
const bar = document.querySelector(".topbar");
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError", "htmx:afterRequest"]) {
  bar?.addEventListener(name, (event) => event.stopPropagation());
}
