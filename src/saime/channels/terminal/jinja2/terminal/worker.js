// Keeps the kiosk page for when the line is lost. Readings are none of its business: the page keeps and sends them.
"use strict";

const CACHE = "saime-terminal-{{ version }}";
const PAGE = {{ page|tojson }};
const FILES = {{ files|tojson }};
const PATIENCE = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([PAGE, ...FILES].map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const former = (await caches.keys()).filter((name) => name.startsWith("saime-terminal-") && name !== CACHE);
    await Promise.all(former.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// The page from the network where that answers in time, so that a new version is seen; otherwise the one that is kept.
async function freshPage(request) {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), PATIENCE);
  try {
    const response = await fetch(request.url, { signal: gaveUp.signal, credentials: "same-origin" });
    if (response.ok && !response.redirected) return response;
  } catch {
    // No line: below.
  } finally {
    clearTimeout(timer);
  }
  return (await caches.match(PAGE, { cacheName: CACHE })) ?? Response.error();
}

async function keptFile(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(freshPage(request));
  else if (FILES.includes(address.pathname)) event.respondWith(keptFile(request));
});
