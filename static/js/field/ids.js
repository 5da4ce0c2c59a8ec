// Ids and hashes that also work on a plain http address of an intranet, where crypto.randomUUID and crypto.subtle do not exist.

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

let spare = null;

// Called at start: without a secure context there is no service worker either, so the module must be there before the line is cut.
export async function prepareHashes() {
  if (!crypto.subtle) spare = (await import("../../vendor/hashes/sha2.js")).sha256;
}

export async function sha256(buffer) {
  const bytes = crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", buffer)) : spare(new Uint8Array(buffer));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
