// The shell of the app: kept whole under one version, opened from here with or without a line.
// Reports are never touched: they have their own outbox, and go to the server by themselves.

const VERSION = "{{ version|escapejs }}";
const CACHE = `jalon-field-${VERSION}`;
const SHELL = "{{ shell|escapejs }}";
const FILES = {{ files|safe }};

self.addEventListener("install", (event) => {
  const fetched = async () => {
    const cache = await caches.open(CACHE);
    for (const file of FILES) {
      const answer = await fetch(file, { credentials: "omit", cache: "no-cache" });
      const isPage = (answer.headers.get("content-type") ?? "").startsWith("text/html");
      const isOurs = isPage ? answer.headers.get("X-Jalon-Shell") === VERSION : file !== SHELL;
      if (!answer.ok || answer.redirected || !isOurs) throw new Error(file); // a portal's page is no shell
      await cache.put(file, answer);
    }
    await self.skipWaiting();
  };
  event.waitUntil(fetched());
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("jalon-field-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  const wanted = event.request.mode === "navigate" && address.pathname === SHELL ? SHELL : address.pathname;
  if (!FILES.includes(wanted)) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(wanted)).then((kept) => kept ?? fetch(event.request)));
});
