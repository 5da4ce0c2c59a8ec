// Log-out anywhere on the site: what lies on the phone goes with it once everything has been sent; else the user is asked.
//   <form method="post" action="…/logout/" data-sign-out="7">   (who is logged in)
// Whoever logs in on a phone with somebody else's records does not see them, not even without a network.
// Loaded on every page, so it knows the phone's database only as far as it must.

import { owner, setOwner } from "./owner.js";

const nameOf = (userId) => `duchatong-field-${userId}`;

function openNow(userId) {
  return new Promise((resolve) => {
    const request = indexedDB.open(nameOf(userId));
    // No database yet: nothing is to be made.
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });
}

function unsentIn(db, name) {
  return new Promise((resolve) => {
    if (!db.objectStoreNames.contains(name)) return resolve(0);
    const request = db.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => resolve(request.result.filter((row) => row.state !== "sent").length);
    request.onerror = () => resolve(0);
    return undefined;
  });
}

export async function countUnsent(userId) {
  const db = await openNow(userId);
  if (!db) return 0;
  const count = (await unsentIn(db, "records")) + (await unsentIn(db, "photos"));
  db.close();
  return count;
}

export function wipe(userId) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(nameOf(userId));
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

// Other tabs of the phone pages close what they show.
function tellTabs() {
  if (!globalThis.BroadcastChannel) return;
  const channel = new BroadcastChannel("duchatong-owner");
  channel.postMessage("changed");
  channel.close();
}

// Returns whether the log-out may go on.
export async function leave(ask = (text) => window.confirm(text)) {
  const mine = await owner();
  if (!mine) return true;
  const count = await countUnsent(mine.id);
  if (count) {
    const text = `这台手机上还有 ${count} 条现场记录没有上传。\n\n点“取消”，先到“现场录入”上传；\n点“确定”仍然退出：记录留在手机里，别人看不到，等您本人再登录后继续上传。`;
    if (!ask(text)) return false;
    await setOwner({ ...mine, closed: true });
    tellTabs();
    return true;
  }
  await wipe(mine.id);
  await setOwner(null);
  tellTabs();
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-sign-out]")) return;
  event.preventDefault();
  if (await leave()) form.submit();
});

async function closeTheirs() {
  const here = Number(document.querySelector("form[data-sign-out]")?.dataset.signOut);
  const mine = here ? await owner() : null;
  if (!mine || mine.id === here || mine.closed) return;
  await setOwner({ ...mine, closed: true });
  tellTabs();
}

// Not on the phone pages themselves, which ask the server.
if (document.querySelector("form[data-sign-out]")) closeTheirs();
