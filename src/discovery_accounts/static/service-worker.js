// Keeps the pages of cards that a person chose to keep on this device, and nothing else (decision 22).
"use strict";

const CACHE = "accounts-cards";
const WAIT = 3000;
const LASTS = 30 * 24 * 60 * 60 * 1000;
const ROOT = new URL(self.registration.scope).pathname;
const CARD = /^cards\/[0-9a-f-]{36}\/barcode$/;
const CHANGE = /^cards\/[0-9a-f-]{36}$/;
const FILES = /^static\/(card\.css|card\.js|favicon\.svg)$/;
const OWNER = "Accounts-Owner";
const KEPT_AT = "Accounts-Kept-At";
const HEADERS = [
  "Content-Type",
  "Content-Security-Policy",
  "Cross-Origin-Opener-Policy",
  "Permissions-Policy",
  "Referrer-Policy",
  "X-Content-Type-Options",
  "X-Frame-Options",
  OWNER,
];
// What the portal answers when the card may not be shown any more; while it or a library is down it answers 5xx.
const ENDED = [403, 404, 409, 410];

let removals = 0;

const local = (path) => (path.startsWith(ROOT) ? path.slice(ROOT.length) : "");
const isCard = (path) => CARD.test(local(path));
const later = (time) => new Promise((resolve) => setTimeout(resolve, time));
const ask = (path) => fetch(path, { credentials: "same-origin", redirect: "manual", cache: "no-store" });

const opened = async () => ((await caches.has(CACHE)) ? caches.open(CACHE) : null);

const keptPaths = async () => {
  const cache = await opened();
  const requests = cache ? await cache.keys() : [];
  return requests.map((request) => new URL(request.url).pathname).filter(isCard);
};

const removeAll = () => {
  removals += 1;
  return caches.delete(CACHE);
};

const remove = async (path) => {
  const cache = await opened();
  if (cache) await cache.delete(path);
  if ((await keptPaths()).length === 0) await removeAll();
};

// The kept page, unless nobody has confirmed it for too long.
const find = async (path) => {
  const cache = await opened();
  const page = cache ? await cache.match(path) : undefined;
  if (!page) return undefined;
  if (Date.now() - Number(page.headers.get(KEPT_AT)) <= LASTS) return page;
  await remove(path);
  return undefined;
};

const removeOld = async () => {
  for (const path of await keptPaths()) await find(path);
};

// The page with the files that it names. Not when everything was removed meanwhile: somebody signed out.
const store = async (path, answer) => {
  const before = removals;
  const headers = new Headers({ [KEPT_AT]: String(Date.now()) });
  for (const name of HEADERS) {
    if (answer.headers.has(name)) headers.set(name, answer.headers.get(name));
  }
  const html = await answer.text();
  const names = [...html.matchAll(/data-keep (?:href|src)="([^"]+)"/g)].map((found) => found[1]);
  const files = await Promise.all(names.map(async (name) => [name, await fetch(name)]));
  if (before !== removals) return false;
  const cache = await caches.open(CACHE);
  for (const [name, file] of files) if (file.ok) await cache.put(name, file);
  await cache.put(path, new Response(html.replace('data-shown="now"', 'data-shown="kept"'), { headers }));
  if (before === removals) return true;
  await removeAll();
  return false;
};

// What an answer of the portal means for the page that is kept.
const heed = async (path, answer) => {
  if (ENDED.includes(answer.status)) return remove(path);
  if (answer.status !== 200) return undefined;
  const page = await find(path);
  if (!page) return undefined;
  if (page.headers.get(OWNER) !== answer.headers.get(OWNER)) return removeAll();
  return store(path, answer.clone());
};

// From the network; when that takes too long or says nothing of the card, as it is kept.
const show = async (event, path) => {
  await removeOld();
  const answered = fetch(event.request).then(async (answer) => {
    await heed(path, answer);
    return answer;
  });
  if (!(await find(path))) return answered;
  event.waitUntil(answered.catch(() => {}));
  const answer = await Promise.race([answered, later(WAIT)]).catch(() => undefined);
  const says = answer && answer.type !== "opaqueredirect" && answer.status < 500 && answer.status !== 429;
  return says ? answer : (await find(path)) || answered;
};

const file = async (event) => {
  const answered = fetch(event.request);
  const kept = async () => (await opened())?.match(event.request);
  event.waitUntil(answered.catch(() => {}));
  const answer = await Promise.race([answered, later(WAIT)]).catch(() => undefined);
  return answer || (await kept()) || answered;
};

// A card was renamed or removed: its page is asked for anew.
const change = async (event, path) => {
  const answered = fetch(event.request);
  const look = async () => {
    if (await find(path)) await heed(path, await ask(path));
  };
  event.waitUntil(answered.then(look).catch(() => {}));
  return answered;
};

const keep = async (path) => {
  const answer = await ask(path);
  const owner = answer.headers.get(OWNER);
  if (answer.status !== 200 || !owner) return false;
  for (const other of await keptPaths()) {
    const page = await find(other);
    if (page && page.headers.get(OWNER) !== owner) await removeAll();
  }
  return store(path, answer);
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(removeOld().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (origin !== self.location.origin) return;
  if (method === "POST" && local(pathname) === "sign-out") {
    event.waitUntil(removeAll());
  } else if (method === "POST" && mode === "navigate" && CHANGE.test(local(pathname))) {
    event.respondWith(change(event, `${pathname}/barcode`));
  } else if (method === "GET" && mode === "navigate" && isCard(pathname) && !search) {
    event.respondWith(show(event, pathname));
  } else if (method === "GET" && FILES.test(local(pathname))) {
    event.respondWith(file(event));
  }
});

self.addEventListener("message", (event) => {
  const { act, path } = event.data;
  if (!isCard(path)) return;
  const done = act === "keep" ? keep(path) : remove(path).then(() => true);
  event.waitUntil(done.catch(() => false).then((well) => event.ports[0].postMessage(well)));
});
