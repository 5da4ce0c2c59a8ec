// Whose data lies on this phone: says which database to open without a network. Kept in a database of its own, since what is written
// to localStorage a moment before the battery dies is not there afterwards.
// `closed` is set at log-out: from then on nothing is shown until that person has logged in again.

const NAME = "duchatong-owner";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kv");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Runs one request on the store; undefined where the browser keeps nothing (the phone's own database says so in words).
async function ask(mode, work) {
  try {
    const db = await open();
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction("kv", mode, { durability: "strict" });
      const request = work(transaction.objectStore("kv"));
      transaction.oncomplete = () => { db.close(); resolve(request.result); };
      transaction.onabort = () => { db.close(); reject(transaction.error); };
    });
  } catch {
    return undefined;
  }
}

export const owner = async () => (await ask("readonly", (store) => store.get("owner"))) ?? null;

export const setOwner = (value) => ask("readwrite", (store) => (value ? store.put(value, "owner") : store.delete("owner")));
