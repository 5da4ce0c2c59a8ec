// One unit as the inspector sees it: what the server had at the last download, and over it what this phone has and the server not yet.

import { app } from "./app.js";

export function assignments() {
  return app.day?.assignments ?? [];
}

export const assignmentOf = (id) => assignments().find((one) => one.id === id);
export const campaignOf = (assignment) => app.day.campaigns.find((one) => one.id === assignment.campaign);
export const checklistOf = (assignment) => app.day.checklists.find((one) => one.id === campaignOf(assignment).checklist);
export const wordOf = (list, value) => (app.day?.choices?.[list] ?? []).find(([code]) => code === value)?.[1] ?? value;

// A row of ours counts while it has not arrived, and afterwards until the server's copy is at least as new.
const counts = (row, revision) => Boolean(row) && (row.state !== "sent" || row.base > (revision ?? 0));

export function answerOf(assignment, code) {
  const server = assignment.results.find((one) => one.item === code);
  const row = app.rows.get(`result:${assignment.id}:${code}`);
  if (!counts(row, server?.revision)) return { data: server ?? {}, server, row: null };
  return { data: row.data, server, row };
}

export const isAnswered = (data) => Boolean(data.conformity || (data.number !== null && data.number !== undefined && data.number !== "") || data.date || data.text);

// The answer in words, as in the office.
export function words(data, item) {
  if (data.conformity) return wordOf("conformity", data.conformity);
  if (data.number !== null && data.number !== undefined && data.number !== "") return `${data.is_approximate ? "约" : ""}${data.number}${item?.unit ?? ""}`;
  if (data.date) return data.date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");
  return data.text ?? "";
}

export function asked(assignment) {
  const category = assignment.organization.category;
  const fits = (item) => !item.categories?.length || item.categories.includes(category);
  return checklistOf(assignment).themes
    .map((theme) => ({ ...theme, items: theme.items.filter(fits) }))
    .filter((theme) => theme.items.length)
    .map((theme, index) => ({ ...theme, number: index + 1, items: theme.items.map((item, place) => ({ ...item, theme: theme.code, label: `${index + 1}.${place + 1}` })) }));
}

export function itemOf(assignment, code) {
  return checklistOf(assignment).themes.flatMap((theme) => theme.items.map((item) => ({ ...item, theme: theme.code }))).find((item) => item.code === code);
}

export function themeOf(assignment, code) {
  return checklistOf(assignment).themes.find((theme) => theme.code === code);
}

// Findings of the unit: the server's, changed by ours, and ours that it does not have yet; taken back ones last.
export function findingsOf(assignment) {
  const found = new Map(assignment.findings.map((one) => [one.id, { ...one, row: null }]));
  for (const row of app.rows.values()) {
    if (row.assignment !== assignment.id || row.kind !== "finding") continue;
    const server = found.get(row.id);
    if (counts(row, server?.revision)) found.set(row.id, { photos: [], by: app.user, ...server, ...row.data, id: row.id, revision: row.base, row });
  }
  for (const row of app.rows.values()) {
    const one = row.kind === "withdraw" && row.state !== "rejected" && row.state !== "conflict" && row.assignment === assignment.id ? found.get(row.finding_id) : null;
    if (one) found.set(row.finding_id, { ...one, withdrawn: { reason: row.data.reason }, withdrawal: row });
  }
  const all = [...found.values()].map((one) => ({ ...one, mine: photosOf(one) }));
  return all.sort((a, b) => Number(Boolean(a.withdrawn)) - Number(Boolean(b.withdrawn)) || String(b.recorded_at).localeCompare(String(a.recorded_at)));
}

// Photos of ours that the downloaded finding does not show yet.
function photosOf(finding) {
  const known = new Set((finding.photos ?? []).map((photo) => photo.id));
  return [...app.photos.values()].filter((photo) => photo.finding === finding.id && !known.has(photo.id)).sort((a, b) => a.created_at - b.created_at);
}

export function recheckOf(assignment, entry) {
  const row = app.rows.get(`recheck:${assignment.id}:${entry.finding.id}`);
  return counts(row, entry.recheck?.revision) ? { data: row.data, row } : { data: entry.recheck ?? {}, row: null };
}

// Summary and state: conclusion over notes over the server.
export function notesOf(assignment) {
  const conclusion = app.rows.get(`conclude:${assignment.id}`);
  const notes = app.rows.get(`notes:${assignment.id}`);
  const ended = counts(conclusion, assignment.revision) ? conclusion : null;
  const written = counts(notes, assignment.revision) ? notes : null;
  const base = Math.max(assignment.revision, written?.state === "sent" ? written.base : 0, ended?.state === "sent" ? ended.base : 0);
  const data = { summary: assignment.summary, visit_on: assignment.visit_on, ...written?.data, ...ended?.data };
  const concluded = ended ? ["waiting", "sending", "sent"].includes(ended.state) : assignment.status === "concluded";
  return { data, base, conclusion: ended, notes: written, concluded };
}

export function confirmationOf(assignment) {
  const row = app.rows.get(`confirmation:${assignment.id}`);
  const server = assignment.confirmation;
  return counts(row, server?.revision) ? { data: row.data, row, server } : { data: server, row: null, server };
}

export function progressOf(assignment) {
  const items = asked(assignment).flatMap((theme) => theme.items);
  const required = items.filter((item) => item.is_required);
  const missing = required.filter((item) => !isAnswered(answerOf(assignment, item.code).data));
  const rechecks = (assignment.rechecks ?? []).filter((entry) => !recheckOf(assignment, entry).data.outcome);
  return { items, required: required.length, done: required.length - missing.length, missing, rechecks };
}

export const mayWrite = (assignment) => assignment.is_writable && !notesOf(assignment).concluded;
export const unsentOf = (id) => [...app.rows.values(), ...app.photos.values()].filter((row) => row.assignment === id && row.state !== "sent");
