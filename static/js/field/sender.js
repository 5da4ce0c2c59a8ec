// Empties the outbox: records in batches, then photos one after another, each with a receipt by its hash, then conclusions.
// Tries on load, when the line comes back, when the page is looked at again, after a pause that grows with failures, and on demand.

import { app, bytesOf, changed, changeRow, keepDay, reread, settled } from "./app.js";
import { waitAfter } from "./backoff.js";
import * as net from "./net.js";
import { isUnsent, recordOf, settledRow } from "./settle.js";
import { inTurn } from "./turns.js";

const BATCH = 50;
const BATCH_BYTES = 1000000;
const PAUSE = 2000; // an answer still being typed is not sent letter by letter
const DAY_AGE = 120000;

let failures = 0;
let most = BATCH; // records in one request: fewer after each fault of the server's, so that one it cannot bear holds up no other
let timer = 0;
let running = null;

export const sending = () => running !== null;
export const nextTry = () => (timer ? sender.dueAt : 0);
export const sender = { dueAt: 0, onStranger: () => {}, onUser: () => {} };

export function wake(delay = 0) {
  window.clearTimeout(timer);
  sender.dueAt = Date.now() + delay;
  timer = window.setTimeout(() => { timer = 0; sendAll().catch(() => {}); }, delay);
}

// Sends what there is; `urgent` also what was typed this moment. Never rejects: what went wrong stands in app.net.
export function sendAll({ urgent = false, refresh = false } = {}) {
  if (running) return urgent || refresh ? running.then(() => sendAll({ urgent, refresh })) : running;
  if (!app.store) return Promise.resolve();
  window.clearTimeout(timer);
  timer = 0;
  running = turn({ urgent, refresh }).finally(() => {
    running = null;
    changed();
    plan();
  });
  changed();
  return running;
}

function plan() {
  if (timer || !app.store) return;
  if (["login", "password", "other"].includes(app.net.state)) return wake(60000);
  if (failures) return wake(waitAfter(failures));
  if (due({ urgent: true }).length || photosDue().length || conclusionsDue().length) return wake(PAUSE);
  // Nothing to send: what colleagues have written meanwhile is fetched now and then (304 when there is nothing).
  return wake(DAY_AGE + PAUSE);
}

async function turn(options) {
  const owner = app.user.id;
  try {
    await settled();
    const who = await net.me();
    if (who.user.id !== owner) {
      app.net = { state: "other", text: "这台手机上现在登录的是另一个账号，本机记录没有上传。", at: Date.now() };
      sender.onStranger(who.user);
      return;
    }
    sender.onUser(who);
    const had = await inTurn(app.store, owner, async (renew) => {
      await freeStranded();
      const choked = await sendRecords(options, renew).then(() => null, besideOne);
      await sendPhotos(renew);
      if (choked) throw choked;
      await sendConclusions(options, renew);
    });
    if (had && (options.refresh || !app.day || Date.now() - app.dayAt > DAY_AGE)) await refreshDay();
    failures = 0;
    app.net = { state: "online", text: "", at: Date.now() };
  } catch (fault) {
    note(fault);
  }
}

// The server fails over one single record: photos go on all the same. Everything else ends the turn.
function besideOne(fault) {
  if (fault.what !== "server" || most > 1) throw fault;
  return fault;
}

function note(fault) {
  if (!(fault instanceof net.Fault)) {
    app.net = { state: "local", text: fault.message, at: Date.now() };
    failures += 1;
    return;
  }
  failures = fault.what === "login" || fault.what === "password" ? 1 : failures + 1;
  app.net = { state: fault.what, text: fault.message, at: Date.now() };
  if (fault.retryAfter) wake(fault.retryAfter * 1000);
}

// "Sending" outside of a turn is what a tab left that died in the middle. It is our turn, so nobody is at it: send again.
async function freeStranded() {
  for (const name of ["records", "photos"]) {
    for (const kept of await app.store.all(name)) {
      const map = name === "records" ? app.rows : app.photos;
      if (!map.has(kept.key) || map.get(kept.key).rev !== kept.rev) await reread(name, kept.key);
      if (kept.state === "sending") await changeRow(name, kept.key, (row) => row && { ...row, state: "waiting" });
    }
  }
}

function due({ urgent = false }) {
  const latest = urgent ? Infinity : Date.now() - PAUSE;
  return [...app.rows.values()].filter((row) => row.state === "waiting" && row.kind !== "conclude" && row.edited_at <= latest && !row.unsaved);
}

const photosDue = () => [...app.photos.values()].filter((photo) => photo.state === "waiting" && !photo.unsaved && findingArrived(photo));

// A photo follows its finding. A finding without a row of ours came from the server.
function findingArrived(photo) {
  const row = app.rows.get(`finding:${photo.finding}`);
  return !row || row.base > 0;
}

// A conclusion closes the unit for everything else: it goes when nothing of the unit is left behind, and not over an open question.
function conclusionsDue() {
  const unsent = [...app.rows.values(), ...app.photos.values()].filter((row) => isUnsent(row) && row.kind !== "conclude");
  const held = new Set(unsent.map((row) => row.assignment));
  return [...app.rows.values()].filter((row) => row.kind === "conclude" && row.state === "waiting" && !held.has(row.assignment));
}

async function sendRecords(options, renew) {
  for (let rows = due(options); rows.length; rows = due(options)) {
    if (!(await renew())) return;
    await sendBatch(portion(rows.sort(fewerTries)));
  }
}

// What failed last goes last.
const fewerTries = (one, other) => (one.tries ?? 0) - (other.tries ?? 0);

function portion(rows) {
  let bytes = 0;
  const fitting = rows.slice(0, most).filter((row, index) => {
    bytes += JSON.stringify(row.data).length * 2;
    return index === 0 || bytes < BATCH_BYTES;
  });
  return fitting;
}

async function sendBatch(rows) {
  const batch = (await Promise.all(rows.map((row) => changeRow("records", row.key, beginning)))).filter(Boolean);
  if (!batch.length) return;
  let outcomes;
  try {
    outcomes = await net.sync(batch.map(recordOf));
    most = Math.min(BATCH, most * 2);
  } catch (fault) {
    if (fault.what === "server" || fault.code === "too_large") most = Math.max(1, Math.floor(most / 4));
    await backToQueue("records", batch, fault);
    throw fault;
  }
  await Promise.all(outcomes.map((outcome, index) => settle(batch[index], outcome)));
}

// Attempts are kept until one is acknowledged, so that a lost answer can be told from somebody else's writing.
const beginning = (row) => row && { ...row, state: "sending", attempts: [...(row.attempts ?? []).slice(-4), row.data] };

function backToQueue(name, rows, fault) {
  return Promise.all(rows.map((row) => changeRow(name, row.key, (now) =>
    now && { ...now, state: now.state === "sending" ? "waiting" : now.state, tries: (now.tries ?? 0) + 1, message: fault.message })));
}

async function settle(sent, outcome) {
  const row = await changeRow("records", sent.key, (now) => now && settledRow(now, sent, outcome));
  if (sent.kind === "notes" && row?.state === "sent") await carryBase(sent, row);
  return row;
}

// Notes move the revision of the assignment on, and a conclusion made after them must not trip over our own step.
function carryBase(sent, row) {
  const key = `conclude:${sent.assignment}`;
  if (app.rows.has(key)) return changeRow("records", key, (now) => now && (now.base <= sent.base ? { ...now, base: row.base } : now));
  return null;
}

async function sendPhotos(renew) {
  for (let photos = photosDue(); photos.length; photos = photosDue()) {
    if (!(await renew())) return;
    await sendPhoto(photos.sort(fewerTries)[0]);
  }
}

async function sendPhoto(photo) {
  await changeRow("photos", photo.key, (now) => now && { ...now, state: "sending" });
  const finish = (more) => changeRow("photos", photo.key, (now) => now && { ...now, tries: 0, ...more });
  const bytes = await bytesOf(photo.key);
  if (!bytes) {
    await finish({ state: "rejected", message: "这张照片的内容在手机里找不到了（可能被浏览器清理），请重新拍摄。" });
    return;
  }
  try {
    const receipt = await net.putPhoto(photo, bytes);
    // The receipt must name the hash of what we hold, else the photo stays in the queue.
    if (receipt.sha256 !== photo.sha256) throw new net.Fault("server", "照片在途中受损，将自动重传。");
    await finish({ state: "sent", sent_at: Date.now(), message: "", code: "" });
  } catch (fault) {
    const final = fault.what === "refused" && !["hash_mismatch", "finding_missing", "csrf"].includes(fault.code);
    if (!final) {
      await backToQueue("photos", [photo], fault);
      throw fault;
    }
    await finish({ state: "rejected", code: fault.code, message: fault.message });
  }
}

async function sendConclusions(_options, renew) {
  for (let rows = conclusionsDue(); rows.length; rows = conclusionsDue()) {
    if (!(await renew())) return;
    await sendBatch(rows.slice(0, 1));
  }
}

export async function refreshDay() {
  const found = await net.day(app.etag);
  await keepDay(found ? { ...found, dayAt: Date.now() } : { day: app.day, dayAt: Date.now(), etag: app.etag, dayBytes: app.dayBytes });
}

export function watchLine() {
  window.addEventListener("online", () => wake(300));
  window.addEventListener("offline", () => {
    app.net = { state: "offline", text: "手机没有网络，填写照常保存在手机里，联网后自动上传。", at: Date.now() };
    changed();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake(300);
  });
}
