// The rescue file (docs/api-field.md): everything that has not arrived, in one file, plain or encrypted with a passphrase.

import { app, bytesOf, settled } from "./app.js";
import { isUnsent, recordOf } from "./settle.js";

const ROUNDS = 600000;
const utf8 = new TextEncoder();

export function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  const parts = [];
  // In slices: a whole photo as arguments would overflow the stack.
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(""));
}

// Drafts that nobody declared complete are not records yet, but a finding with a text and a theme, and a photo, are worth rescuing.
const worthIt = (row) => isUnsent(row) && (row.state !== "draft" || (row.kind === "finding" && row.data.text && row.data.theme));

async function* lines(photos, rows) {
  for (const row of rows) yield { type: "record", record: recordOf(row) };
  for (const photo of photos) {
    const bytes = await bytesOf(photo.key);
    if (!bytes) continue;
    yield { type: "photo", id: photo.id, finding: photo.finding, sha256: photo.sha256, name: photo.name, caption: photo.caption ?? "", captured_at: photo.captured_at, content_type: "image/jpeg", content: base64(bytes) };
  }
}

async function sealer(phrase) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const raw = await crypto.subtle.importKey("raw", utf8.encode(phrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const name = base64(salt);
  const seal = async (text, line) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8.encode(`${name}:${line}`) }, key, utf8.encode(text));
    const whole = new Uint8Array(12 + data.byteLength);
    whole.set(iv);
    whole.set(new Uint8Array(data), 12);
    return base64(whole);
  };
  return [{ kdf: "PBKDF2-HMAC-SHA-256", iterations: ROUNDS, salt: name, cipher: "AES-256-GCM" }, seal];
}

// Returns the file's text in parts and the numbers of records and photos in it.
export async function rescueText(phrase) {
  await settled();
  const rows = [...app.rows.values()].filter(worthIt);
  const photos = [...app.photos.values()].filter(isUnsent);
  const [encryption, seal] = phrase ? await sealer(phrase) : [null, async (text) => text];
  const inspector = { id: app.user.id, username: app.user.username ?? "", name: app.user.name };
  const parts = [`${JSON.stringify({ format: "duchatong-field-export", version: 1, exported_at: new Date().toISOString(), inspector, encryption })}\n`];
  const count = { records: 0, photos: 0 };
  const add = async (value) => parts.push(`${await seal(JSON.stringify(value), parts.length + 1)}\n`);
  for await (const line of lines(photos, rows)) {
    await add(line);
    count[line.type === "photo" ? "photos" : "records"] += 1;
  }
  await add({ type: "end", ...count });
  return [parts, count];
}

export async function downloadRescue(phrase) {
  const [parts, count] = await rescueText(phrase);
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const stamp = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob(parts, { type: "text/plain" }));
  anchor.download = `督查未上传记录-${app.user.username || app.user.id}-${stamp}.jsonl`;
  anchor.click();
  window.setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
  return count;
}
