// What this tab knows: who is there, the day as downloaded, the rows of this phone. Views read it, verbs change it.
// A row lives in the database; the tab's copy runs ahead of it only while a write is under way, and says so when one fails.

import { Store, StorageRefused } from "./database.js";
import { Vault } from "./vault.js";

export const app = {
  user: null, // {id, name}
  store: null,
  vault: new Vault(),
  day: null,
  dayAt: 0,
  etag: "",
  dayBytes: 0,
  rows: new Map(), // key → row
  photos: new Map(), // key → row, without the bytes
  refused: null, // StorageRefused that has not been overcome yet
  net: { state: "unknown", text: "", at: 0 },
};

const listeners = new Set();
let announced = false;

export function listen(listener) {
  listeners.add(listener);
}

// Views are drawn once for any number of changes in a row.
export function changed() {
  if (announced) return;
  announced = true;
  queueMicrotask(() => {
    announced = false;
    for (const listener of listeners) listener();
  });
}

// --- rows and their sealed part ------------------------------------------------------------------------------------------

// What may be read while the phone is locked: states and counters. Everything that says something is in `body`.
const OPEN_PART = ["key", "id", "kind", "assignment", "state", "seq", "base", "tries", "edited_at", "created_at", "sent_at", "sha256", "size", "finding", "rev"];

async function encode(row) {
  const kept = {};
  const body = {};
  for (const [name, value] of Object.entries(row)) (OPEN_PART.includes(name) ? kept : body)[name] = value;
  delete body.unsaved;
  return { ...kept, body: await app.vault.seal(body) };
}

async function decode(kept) {
  if (!kept) return undefined;
  const { body, ...open } = kept;
  return { ...open, ...(await app.vault.open(body)) };
}

const memory = { records: app.rows, photos: app.photos };
const queues = new Map(); // "store/key" → {waiting: [change…], running: Promise}

// Applies `change(row | undefined) → row | null` (null deletes) here at once and in the database as soon as can be.
// Returns the stored row. Throws StorageRefused; what was given then stays in memory, marked `unsaved`, until `saveAgain`.
export function changeRow(name, key, change) {
  const map = memory[name];
  put(map, key, change(map.get(key)));
  changed();
  const place = `${name}/${key}`;
  const queue = queues.get(place) ?? { waiting: [], running: null };
  queues.set(place, queue);
  queue.waiting.push(change);
  queue.running ??= drain(name, key, queue).finally(() => { queue.running = null; showWriting(); });
  showWriting();
  return queue.running;
}

// For the style sheet: a mark in the head as long as something is on its way into the phone's database (a few milliseconds).
function showWriting() {
  document.body.toggleAttribute("data-writing", [...queues.values()].some((queue) => queue.running));
}

function put(map, key, row) {
  if (row === undefined) return;
  if (row === null) map.delete(key);
  else map.set(key, row);
}

async function drain(name, key, queue) {
  let last;
  while (queue.waiting.length) {
    const changes = queue.waiting.splice(0);
    try {
      last = await writeRow(name, key, changes);
    } catch (error) {
      queue.waiting.unshift(...changes);
      failed(name, key, error);
      throw error;
    }
  }
  // Only now: an older state of the database must not overwrite what was typed meanwhile.
  put(memory[name], key, last ?? null);
  if (app.refused && ![...queues.values()].some((one) => one.waiting.length)) app.refused = null;
  changed();
  tell({ name, key });
  return last;
}

async function writeRow(name, key, changes) {
  for (;;) {
    const before = await app.store.get(name, key);
    const after = changes.reduce((row, change) => { const next = change(row); return next === undefined ? row : next; }, await decode(before));
    if (after === undefined) return undefined;
    if (after === null) {
      await app.store.write([[name, undefined, key]]);
      return null;
    }
    const rev = (before?.rev ?? 0) + 1;
    const sealed = await encode({ ...after, key, rev });
    let done = false;
    // Sealing takes a moment in which another tab may have written: then once more from what is there now.
    await app.store.update(name, key, (now) => {
      done = now?.rev === before?.rev;
      return done ? sealed : now;
    });
    if (done) return { ...after, key, rev };
  }
}

function failed(name, key, error) {
  app.refused = error instanceof StorageRefused ? error : new StorageRefused(error);
  const row = memory[name].get(key);
  if (row) memory[name].set(key, { ...row, unsaved: true });
  changed();
}

// Tries the writes that were refused once more; rejects when the browser still refuses.
export async function saveAgain() {
  for (const [place, queue] of queues) {
    if (!queue.waiting.length || queue.running) continue;
    const [name, ...key] = place.split("/");
    queue.running = drain(name, key.join("/"), queue).finally(() => { queue.running = null; });
    await queue.running;
  }
  app.refused = null;
  changed();
}

// Resolves when nothing is on its way into the database.
export async function settled() {
  await Promise.allSettled([...queues.values()].map((queue) => queue.running));
}

// --- other tabs ----------------------------------------------------------------------------------------------------------

const channel = globalThis.BroadcastChannel ? new BroadcastChannel("duchatong-field") : null;

export function tell(message) {
  channel?.postMessage({ user: app.user?.id, ...message });
}

export function hear(listener) {
  channel?.addEventListener("message", ({ data }) => {
    if (data.user === app.user?.id) listener(data);
  });
}

export async function reread(name, key) {
  if (queues.get(`${name}/${key}`)?.waiting.length || !app.store) return;
  put(memory[name], key, (await decode(await app.store.get(name, key))) ?? null);
  changed();
}

// --- opening and closing ---------------------------------------------------------------------------------------------------

export async function openStore(user) {
  app.user = user;
  app.store = await Store.open(user.id);
  return app.store.get("kv", "lock");
}

export async function loadAll() {
  const [records, photos, day] = await Promise.all([app.store.all("records"), app.store.all("photos"), app.store.get("kv", "day")]);
  app.rows.clear();
  app.photos.clear();
  for (const kept of records) app.rows.set(kept.key, await decode(kept));
  for (const kept of photos) app.photos.set(kept.key, await decode(kept));
  const opened = await app.vault.open(day);
  if (opened) Object.assign(app, opened);
  changed();
}

export async function keepDay({ day, dayAt, etag, dayBytes }) {
  Object.assign(app, { day, dayAt, etag, dayBytes });
  changed();
  try {
    await app.store.write([["kv", await app.vault.seal({ day, dayAt, etag, dayBytes }), "day"]]);
    tell({ day: true });
  } catch (error) {
    app.refused = error;
    changed();
    throw error;
  }
}

export async function rereadDay() {
  const opened = await app.vault.open(await app.store.get("kv", "day"));
  if (opened) Object.assign(app, opened);
  changed();
}

export function forget() {
  app.store?.close();
  app.rows.clear();
  app.photos.clear();
  queues.clear();
  Object.assign(app, { user: null, store: null, vault: new Vault(), day: null, dayAt: 0, etag: "", dayBytes: 0, refused: null });
}

// --- the bytes of photos -----------------------------------------------------------------------------------------------------

export async function bytesOf(key) {
  const kept = await app.store.get("bytes", key);
  return kept ? app.vault.openBytes(kept) : null;
}

// Bytes and what is said about them in one transaction: never a photo without its row, nor a row with another photo's hash.
export async function writePhoto(key, buffer, change) {
  const after = { ...change(app.photos.get(key)), key };
  const row = { ...after, rev: (after.rev ?? 0) + 1 };
  try {
    await app.store.write([["bytes", await app.vault.sealBytes(buffer), key], ["photos", await encode(row)]]);
  } catch (error) {
    app.refused = error;
    changed();
    throw error;
  }
  app.photos.set(key, row);
  changed();
  tell({ name: "photos", key });
}

export async function dropBytes(key) {
  await app.store.write([["bytes", undefined, key]]);
}

// Seals or opens everything anew: `vault` is the one from now on, `lock` what opens it next time (undefined: no PIN any more).
export async function resealAll(vault, lock) {
  await settled();
  const old = app.vault;
  const changes = [];
  for (const key of await app.store.db.getAllKeys("bytes")) {
    changes.push(["bytes", await vault.sealBytes(await old.openBytes(await app.store.get("bytes", key))), key]);
  }
  const stored = [...(await app.store.all("records")).map((row) => ["records", row]), ...(await app.store.all("photos")).map((row) => ["photos", row])];
  for (const [name, row] of stored) changes.push([name, { ...row, body: await vault.seal(await old.open(row.body)) }]);
  const day = await app.store.get("kv", "day");
  if (day) changes.push(["kv", await vault.seal(await old.open(day)), "day"]);
  changes.push(["kv", lock, "lock"]);
  // In one transaction: a crash leaves everything as it was, never half of it under a key that is not kept.
  await app.store.write(changes);
  app.vault = vault;
  tell({ reload: true });
}
