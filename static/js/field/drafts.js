// The verbs of the inspector. Each changes one row at once, in memory and in the phone's database, and wakes the sender.

import { app, changeRow, dropBytes, writePhoto } from "./app.js";
import { newId, sha256 } from "./ids.js";
import { sendAll, wake } from "./sender.js";
import { answerOf, campaignOf, confirmationOf, itemOf, notesOf, recheckOf, themeOf } from "./sheet.js";

const SOON = 2200;
const LONGEST_NOTE = 300; // as the server has it

// Makes or changes a row; what had been refused or sent before is to be sent again.
function write(key, fresh, change) {
  const at = Date.now();
  const written = changeRow("records", key, (row) => {
    const now = row ?? { key, state: "waiting", seq: 0, tries: 0, created_at: at, ...fresh };
    const created = now.state === "sent" ? at : now.created_at;
    return { state: "waiting", ...change(now), seq: now.seq + 1, edited_at: at, created_at: created, sent_at: 0, message: "", code: "", errors: [], server: null };
  });
  // A refusal is shown by app.refused; the caller need not wait.
  written.then(() => wake(SOON), () => {});
  return written;
}

const checklistId = (assignment) => campaignOf(assignment).checklist;

export function answer(assignment, item, values) {
  const { data, server, row } = answerOf(assignment, item.code);
  const kept = { conformity: "", number: null, is_approximate: item.is_approximate && !server && !row, date: null, text: "", note: "" };
  for (const name of Object.keys(kept)) if (data[name] !== undefined && data[name] !== null) kept[name] = data[name];
  const fresh = {
    kind: "result",
    id: server?.id ?? newId(),
    assignment: assignment.id,
    title: `${assignment.organization.name}：${item.question}`,
    data: { checklist: checklistId(assignment), item: item.code, ...kept },
    base: server?.revision ?? 0,
  };
  return write(`result:${assignment.id}:${item.code}`, fresh, (now) => ({
    ...now,
    // What was on the screen is what is changed: after a download that may be somebody else's newer answer.
    ...(row ? {} : { data: fresh.data, base: Math.max(fresh.base, now.base), id: fresh.id }),
    data: { ...(row ? now.data : fresh.data), ...values },
    state: "waiting",
  }));
}

// --- findings ------------------------------------------------------------------------------------------------------------

const EMPTY = { theme: "", item: null, standard: null, kind: "problem", text: "", severity: "general", cause: "", measure: "" };

function freshFinding(assignment, id, data) {
  return { kind: "finding", id, assignment: assignment.id, base: 0, title: `${assignment.organization.name}：发现`, data: { checklist: checklistId(assignment), ...EMPTY, ...data } };
}

// Notes a finding in the words of the library; returns its id. Ready to be sent at once.
export function noteStandard(assignment, standard, item) {
  const id = newId();
  const place = item ?? (standard.item ? itemOf(assignment, standard.item) : null);
  const data = {
    theme: place?.theme ?? (themeOf(assignment, standard.theme) ? standard.theme : ""),
    item: place?.code ?? null,
    standard: standard.code,
    kind: standard.kind,
    text: standard.wording,
    severity: standard.severity,
    cause: standard.cause,
    measure: standard.measure,
  };
  const ready = Boolean(data.theme);
  write(`finding:${id}`, freshFinding(assignment, id, data), (now) => ({ ...now, state: ready ? "waiting" : "draft" }));
  return id;
}

// Begins a finding in own words; it is kept from the first letter, and sent once it is complete.
export function beginFinding(assignment, item) {
  const id = newId();
  const data = { theme: item?.theme ?? "", item: item?.code ?? null };
  write(`finding:${id}`, freshFinding(assignment, id, data), (now) => ({ ...now, state: "draft" }));
  return id;
}

export function editFinding(assignment, finding, values) {
  const fields = Object.fromEntries(Object.keys(EMPTY).map((name) => [name, finding[name] ?? EMPTY[name]]));
  const fresh = { ...freshFinding(assignment, finding.id, fields), base: finding.revision ?? 0 };
  return write(`finding:${finding.id}`, fresh, (now) => {
    const data = { ...(finding.row ? now.data : fresh.data), ...values };
    return { ...now, base: finding.row ? now.base : Math.max(now.base, fresh.base), data, state: "draft" };
  });
}

export function lacks(data) {
  if (!data.text?.trim()) return "请写明发现的内容。";
  if (!data.theme) return "请选择主题或检查项。";
  return "";
}

// Declares a finding complete; returns what it lacks, or nothing.
export function finishFinding(id) {
  const row = app.rows.get(`finding:${id}`);
  if (!row || row.state !== "draft") return "";
  const fault = lacks(row.data);
  if (!fault) write(row.key, {}, (now) => ({ ...now, data: { ...now.data, text: now.data.text.trim() }, state: "waiting" }));
  return fault;
}

// Takes a finding back. One that never left the phone is simply gone, with its photos.
export async function withdraw(assignment, finding, reason) {
  if (finding.row && finding.row.base === 0 && finding.row.state !== "sending") {
    for (const photo of finding.mine) await dropPhoto(photo.key);
    return changeRow("records", finding.row.key, () => null);
  }
  const fresh = { kind: "withdraw", id: finding.id, finding_id: finding.id, assignment: assignment.id, base: finding.revision, title: `${assignment.organization.name}：撤回发现“${finding.text}”`, data: {} };
  return write(`withdraw:${finding.id}`, fresh, (now) => ({ ...now, base: finding.revision, data: { reason } }));
}

export function recheck(assignment, entry, values) {
  const { data } = recheckOf(assignment, entry);
  const fresh = { kind: "recheck", id: entry.recheck?.id ?? newId(), assignment: assignment.id, base: entry.recheck?.revision ?? 0, title: `${assignment.organization.name}：回头看“${entry.finding.text}”`, data: { finding: entry.finding.id, outcome: data.outcome ?? "", note: data.note ?? "" } };
  return write(`recheck:${assignment.id}:${entry.finding.id}`, fresh, (now) => {
    const next = { ...now.data, ...values };
    return { ...now, base: Math.max(now.base, now.state === "sent" ? fresh.base : now.base), data: next, state: next.outcome ? "waiting" : "draft" };
  });
}

// --- the end of a visit ----------------------------------------------------------------------------------------------------

export function writeNotes(assignment, values) {
  const { data, base } = notesOf(assignment);
  const fresh = { kind: "notes", id: newId(), assignment: assignment.id, base, title: `${assignment.organization.name}：总体评价`, data: { summary: data.summary, visit_on: data.visit_on } };
  return write(`notes:${assignment.id}`, fresh, (now) => ({ ...now, base: now.state === "sent" ? base : now.base, data: { ...now.data, ...values }, state: "waiting" }));
}

export function conclude(assignment) {
  const { data, base } = notesOf(assignment);
  const fresh = { kind: "conclude", id: newId(), assignment: assignment.id, base, title: `${assignment.organization.name}：办结`, data: {} };
  return write(`conclude:${assignment.id}`, fresh, (now) => ({ ...now, id: newId(), base: Math.max(now.state === "sent" ? 0 : now.base, base), data: { summary: data.summary, visit_on: data.visit_on }, state: "waiting" }));
}

// Only as long as it has not been sent.
export function takeBackConclusion(assignment) {
  return changeRow("records", `conclude:${assignment.id}`, (row) => (row && (row.state === "sending" || row.state === "sent") ? row : null));
}

export function confirm(assignment, values, { done = false } = {}) {
  const { data, row, server } = confirmationOf(assignment);
  const start = { signer_title: data?.signer_title ?? "", opinion: data?.opinion ?? "", opinion_text: data?.opinion_text ?? "" };
  const fresh = { kind: "confirmation", id: server?.id ?? newId(), assignment: assignment.id, base: server?.revision ?? 0, title: `${assignment.organization.name}：事实确认`, data: start };
  return write(`confirmation:${assignment.id}`, fresh, (now) => ({
    ...now,
    ...(row ? {} : { data: start, base: Math.max(fresh.base, now.base), id: fresh.id }),
    data: { ...(row ? now.data : start), ...values },
    // What was signed before stands until the new one is: see giveUpConfirming.
    signed: done ? null : (row && now.data.signature && ["waiting", "sending", "sent"].includes(now.state) ? now.data : now.signed ?? null),
    state: done ? "waiting" : "draft",
  }));
}

// Leaves a confirmation that was begun and not signed: what had been signed before counts again, else there is none on this phone.
export function giveUpConfirming(assignment) {
  return changeRow("records", `confirmation:${assignment.id}`, (now) => {
    if (now?.state !== "draft") return now;
    return now.signed ? { ...now, data: now.signed, signed: null, state: "waiting", seq: now.seq + 1 } : null;
  }).then(() => wake(SOON));
}

// --- photos ------------------------------------------------------------------------------------------------------------------

// Keeps a shrunk photo at once, before anything is drawn on it; returns its key. Sent only after it was looked at (`savePhoto`).
export async function keepPhoto(assignment, findingId, name, bytes) {
  const id = newId();
  const key = `photo:${id}`;
  const at = Date.now();
  const hash = await sha256(bytes);
  await writePhoto(key, bytes, () => ({
    key, id, kind: "photo", assignment: assignment.id, finding: findingId, state: "draft", seq: 0, base: 0, tries: 0, created_at: at, edited_at: at,
    sha256: hash, size: bytes.byteLength, name, caption: "", captured_at: new Date(at).toISOString(), title: `${assignment.organization.name}：照片`,
  }));
  return key;
}

export async function savePhoto(key, bytes, caption) {
  const ready = { state: "waiting", caption, edited_at: Date.now(), tries: 0, message: "" };
  if (bytes) {
    const hash = await sha256(bytes);
    await writePhoto(key, bytes, (photo) => ({ ...photo, ...ready, sha256: hash, size: bytes.byteLength }));
  } else {
    await changeRow("photos", key, (photo) => photo && { ...photo, ...ready });
  }
  wake(SOON);
}

export async function dropPhoto(key) {
  await changeRow("photos", key, () => null);
  await dropBytes(key);
}

// --- the outbox ----------------------------------------------------------------------------------------------------------------

const store = (row) => (row.kind === "photo" ? "photos" : "records");

export function retry(row) {
  return changeRow(store(row), row.key, (now) => now && { ...now, state: "waiting", message: "", code: "", errors: [], seq: now.seq + 1 }).then(() => wake(0));
}

// Photos that have nothing to belong to without this row. Of a finding that the server has, only our change of its words goes.
export function goesWith(row) {
  if (row.kind !== "finding" || row.base > 0) return [];
  return [...app.photos.values()].filter((one) => one.finding === row.id && one.state !== "sent");
}

export async function drop(row) {
  for (const photo of goesWith(row)) await dropPhoto(photo.key);
  if (row.kind === "photo") return dropPhoto(row.key);
  if (row.kind === "confirmation" && row.signed) return giveUpConfirming({ id: row.assignment });
  return changeRow("records", row.key, () => null);
}

// Conflicts. Ours: once more, over the version that was shown. Theirs: ours goes. Both: a second record, or a note beside theirs.
export function keepMine(row) {
  return changeRow("records", row.key, (now) => now && { ...now, state: "waiting", base: now.server_revision, server: null, seq: now.seq + 1 }).then(() => wake(0));
}

export async function takeTheirs(row) {
  if (row.kind !== "result" && row.kind !== "finding") {
    // Nothing of ours remains; what stands on the server comes with the next download.
    await changeRow("records", row.key, () => null);
    return sendAll({ refresh: true });
  }
  return changeRow("records", row.key, (now) => now && { ...now, state: "sent", sent_at: Date.now(), base: now.server_revision, id: now.server.id ?? now.id, data: theirData(now), server: null, message: "" });
}

function theirData(row) {
  const known = Object.keys(row.data).filter((name) => name in (row.server ?? {}));
  return { ...row.data, ...Object.fromEntries(known.map((name) => [name, row.server[name]])) };
}

// Findings only: ours becomes a record of its own, with the photos that have not been sent.
export async function keepBoth(row) {
  const id = newId();
  write(`finding:${id}`, { kind: "finding", id, assignment: row.assignment, base: 0, title: row.title, data: row.data }, (now) => now);
  for (const photo of [...app.photos.values()].filter((one) => one.finding === row.id && one.state !== "sent")) {
    await changeRow("photos", photo.key, (now) => now && { ...now, finding: id, state: now.state === "rejected" ? "waiting" : now.state });
  }
  if (row.state === "conflict") await takeTheirs(row);
  else await changeRow("records", row.key, () => null);
}

// Answers: there is one per item, so ours is written into the note of theirs. Returns how many characters found no room in it.
export async function noteMine(row, mine) {
  const note = [...[row.server.note, `另一意见：${mine}`].filter(Boolean).join("；")];
  const kept = note.slice(0, LONGEST_NOTE).join("");
  await changeRow("records", row.key, (now) => now && { ...now, state: "waiting", base: now.server_revision, id: now.server.id ?? now.id, data: { ...theirData(now), note: kept }, server: null, seq: now.seq + 1, edited_at: Date.now() });
  wake(0);
  return Math.max(0, note.length - LONGEST_NOTE);
}

// Sent rows that the download shows by itself, a day later: the phone need not keep them.
export async function tidy(olderThan = 24 * 3600 * 1000) {
  const old = (row) => row.state === "sent" && row.sent_at && Date.now() - row.sent_at > olderThan && app.dayAt > row.sent_at;
  for (const row of [...app.rows.values()].filter(old)) await changeRow("records", row.key, (now) => (now && old(now) ? null : now));
  for (const photo of [...app.photos.values()].filter(old)) await dropPhoto(photo.key);
}
