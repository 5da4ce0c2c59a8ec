// A page that shows the progress of a job reloads when the job ends (the answer with status 286), to show the outcome.
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr?.status === 286 && document.querySelector("[data-reload-when-done]")) window.location.reload();
});
