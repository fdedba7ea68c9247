// Keeps the last page that was seen, so that the board opens on a phone without a line. What is asked of the network
// first is never older than the line; reports and events never pass through here.
"use strict";

const KEPT = "board";
const FILES = ["/static/board.css", "/static/board.js", "/static/icon.svg"];
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method === "GET" && (path === "/" || path === "/part" || FILES.includes(path))) {
    event.respondWith(answer(event.request, path));
  }
});

async function answer(request, path) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(path);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(kept ? PATIENCE : 30000) });
    if (fresh.ok) {
      await cache.put(path, fresh.clone());
    } else if (fresh.status === 401) {
      await cache.delete("/");
      await cache.delete("/part");
    }
    return fresh;
  } catch (error) {
    if (kept) {
      return kept;
    }
    throw error;
  }
}
