// The phone's own database, one per user: who logs in on the same phone later opens another one.
// Every write is durable before its promise is kept ("strict"): an empty battery a moment later loses nothing.

import { deleteDB, openDB } from "../../vendor/idb.js";

const VERSION = 1;
const PREFIX = "duchatong-field-";
const STRICT = { durability: "strict" };

export class StorageRefused extends Error {
  constructor(cause) {
    const full = cause?.name === "QuotaExceededError";
    super(full
      ? "手机存储空间已满，刚才的内容没有存下。请先不要关闭页面：立即上传或导出未上传记录，清理手机空间后再继续。"
      : "浏览器拒绝保存数据，刚才的内容没有存下。请先不要关闭页面：联网立即上传；也不要使用浏览器的“无痕模式”。");
    this.name = "StorageRefused";
    this.full = full;
    this.cause = cause;
  }
}

export class Store {
  constructor(db) {
    this.db = db;
  }

  // Opens the database of a user. Throws StorageRefused where the browser keeps nothing (private windows of some browsers).
  static async open(userId) {
    try {
      const db = await openDB(`${PREFIX}${userId}`, VERSION, {
        upgrade(database) {
          database.createObjectStore("kv");
          database.createObjectStore("records", { keyPath: "key" });
          database.createObjectStore("photos", { keyPath: "key" });
          // Apart from what is said about them, so that a start does not read every photo.
          database.createObjectStore("bytes");
        },
        // Another tab with a newer version of ours wants to change the database: let it.
        blocking: (_now, _next, event) => event.target.close(),
      });
      return new Store(db);
    } catch (error) {
      throw new StorageRefused(error);
    }
  }

  static async drop(userId) {
    await deleteDB(`${PREFIX}${userId}`);
  }

  get(store, key) {
    return this.db.get(store, key);
  }

  all(store) {
    return this.db.getAll(store);
  }

  // Writes several rows in one transaction: [[store, row, key?], …]; a row of undefined deletes the key.
  async write(changes) {
    const names = [...new Set(changes.map(([name]) => name))];
    try {
      const transaction = this.db.transaction(names, "readwrite", STRICT);
      const waits = changes.map(([name, row, key]) => {
        const store = transaction.objectStore(name);
        if (row === undefined) return store.delete(key);
        return key === undefined ? store.put(row) : store.put(row, key);
      });
      await Promise.all([...waits, transaction.done]);
    } catch (error) {
      throw new StorageRefused(error);
    }
  }

  // Reads a row, lets `change` make the next one, writes it: nothing of another tab comes in between. Returns what was written.
  async update(name, key, change) {
    try {
      const transaction = this.db.transaction(name, "readwrite", STRICT);
      const before = await transaction.store.get(key);
      const after = change(before);
      if (after !== undefined && after !== before) {
        if (transaction.store.keyPath === null) await transaction.store.put(after, key);
        else await transaction.store.put(after);
      }
      await transaction.done;
      return after;
    } catch (error) {
      throw new StorageRefused(error);
    }
  }

  close() {
    this.db.close();
  }
}
