{% autoescape off %}// Keeps the shell of the phone pages, and nothing else: no answer of the API and no page with data ever enters its cache.
const CACHE = "duchatong-field-{{ version }}";
const PAGE = "{% url 'field:shell' %}";
const FILES = [{% for address in addresses %}
  "{{ address }}",{% endfor %}
];
{% endautoescape %}
self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // "reload" passes by the browser's own cache: files of two versions must not come together.
    for (const address of [PAGE, ...FILES]) {
      const answer = await fetch(new Request(address, { cache: "reload", credentials: "same-origin", redirect: "error" }));
      if (!answer.ok || !isOurs(address, answer)) throw new Error(`cannot keep ${address}`);
      await cache.put(address, answer);
    }
    await self.skipWaiting();
  })());
});

// A portal of a guest network answers everything with a page of its own and 200.
function isOurs(address, answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  return address === PAGE ? type.startsWith("text/html") && answer.headers.has("Content-Security-Policy") : !type.startsWith("text/html");
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("duchatong-field-") && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const kept = url.pathname === PAGE ? PAGE : FILES.includes(url.pathname) ? url.pathname : null;
  if (!kept) return;
  // From the cache first: it opens at once, and page and modules are always of one version. A new version comes with a new worker.
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(kept)) ?? fetch(request);
  })());
});
