// The PIN lock. What is kept on the phone is encrypted with a random key (AES-GCM); that key is kept only wrapped by one derived
// from the PIN (PBKDF2). Without a PIN everything is kept as it is. Needs a secure context: crypto.subtle exists nowhere else.

const ROUNDS = 310000;
const text = new TextEncoder();

export const canLock = () => Boolean(globalThis.crypto?.subtle);
export const WHY_NOT = "这个网址不是 HTTPS，浏览器不提供加密功能，不能设置口令锁。请让办公室开通 HTTPS 访问。";

async function keyOfPin(pin, salt, rounds) {
  const raw = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function wrap(key, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const raw = await crypto.subtle.exportKey("raw", key);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOfPin(pin, salt, ROUNDS), raw);
  return { salt, iv, rounds: ROUNDS, data };
}

export class Vault {
  constructor(key = null) {
    this.key = key;
  }

  // Returns the vault and what has to be stored so that the PIN opens it again.
  static async make(pin) {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
    return [new Vault(key), await wrap(key, pin)];
  }

  // Returns the vault, or null for a wrong PIN: AES-GCM knows by itself that the key is not the one.
  static async unlock(lock, pin) {
    try {
      const outer = await keyOfPin(pin, lock.salt, lock.rounds);
      const raw = await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.iv }, outer, lock.data);
      return new Vault(await crypto.subtle.importKey("raw", raw, { name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]));
    } catch {
      return null;
    }
  }

  get locked() {
    return this.key !== null;
  }

  async sealBytes(buffer) {
    if (!this.key) return buffer;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, buffer) };
  }

  async openBytes(kept) {
    if (kept instanceof ArrayBuffer) return kept;
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, this.key, kept.data);
  }

  async seal(value) {
    return this.key ? { sealed: await this.sealBytes(text.encode(JSON.stringify(value)).buffer) } : { plain: value };
  }

  async open(kept) {
    if (!kept) return undefined;
    if ("plain" in kept) return kept.plain;
    return JSON.parse(new TextDecoder().decode(await this.openBytes(kept.sealed)));
  }
}
