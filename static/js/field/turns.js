// Only one tab sends at a time. Web Locks where the browser has them (secure contexts), else a lease in the database of the phone,
// which a tab that dies simply lets run out.

import { newId } from "./ids.js";

const LEASE_MS = 20000;
const me = newId();

// Runs `work(renew)` when it is our turn and returns true; returns false at once when another tab is at it.
export async function inTurn(store, userId, work) {
  if (navigator.locks) {
    return navigator.locks.request(`duchatong-field-${userId}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      await work(async () => true);
      return true;
    });
  }
  return withLease(store, work);
}

async function takeLease(store) {
  const now = Date.now();
  const lease = await store.update("kv", "lease", (held) => (held && held.owner !== me && held.until > now ? held : { owner: me, until: now + LEASE_MS }));
  return lease.owner === me;
}

export async function withLease(store, work) {
  if (!(await takeLease(store))) return false;
  const beat = window.setInterval(() => takeLease(store).catch(() => {}), LEASE_MS / 4);
  try {
    await work(() => takeLease(store));
  } finally {
    window.clearInterval(beat);
    await store.update("kv", "lease", (held) => (held?.owner === me ? { owner: "", until: 0 } : held));
  }
  return true;
}
