// Talking to the server. Nothing is taken for success but an answer that is unmistakably ours (docs/api-field.md): a guest network's
// portal, a log-in page behind a redirect, a proxy's error page or a cut answer all end as a Fault, and the queue stays.

const API = "/api/v1/field/";
const JSON_TIMEOUT = 45000;
const PHOTO_TIMEOUT = 180000;

export class Fault extends Error {
  // what: offline · portal · login · password · server · busy · refused
  constructor(what, text, { status = 0, code = "", retryAfter = 0, errors = [] } = {}) {
    super(text);
    Object.assign(this, { what, status, code, retryAfter, errors });
  }
}

const TEXT = {
  offline: "现在连不上服务器，填写照常保存在手机里，联网后自动上传。",
  portal: "网络有应答，但不是督查通的服务器（可能是无线网要先认证，或被转到了别的页面）。请先完成上网认证，内容都在手机里，没有上传。",
  login: "登录已过期或已退出。请重新登录，内容都在手机里，登录后继续上传。",
  server: "服务器暂时出错，稍后自动重试，内容都在手机里。",
};

async function exchange(path, { timeout = JSON_TIMEOUT, ...options } = {}) {
  const stop = new AbortController();
  const timer = window.setTimeout(() => stop.abort(), timeout);
  try {
    const answer = await fetch(API + path, { redirect: "manual", credentials: "same-origin", cache: "no-store", signal: stop.signal, ...options });
    const body = answer.type === "opaqueredirect" || answer.status === 304 ? "" : await answer.text();
    return [answer, body];
  } catch {
    throw new Fault("offline", TEXT.offline);
  } finally {
    window.clearTimeout(timer);
  }
}

function parsed(answer, body) {
  const ours = answer.headers.get("X-Duchatong-Api") === "1" && (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (!ours) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function faultOf(answer, data) {
  const { status } = answer;
  const more = { status, code: data?.code ?? "", errors: data?.errors ?? [], retryAfter: Number(answer.headers.get("Retry-After")) || 0 };
  if (!data) {
    if (answer.type === "opaqueredirect" || status < 500) return new Fault("portal", TEXT.portal, more);
    return new Fault("server", TEXT.server, more);
  }
  if (status === 401) return new Fault("login", TEXT.login, more);
  // Both are put right on a page of the desk, which leads on to the right one.
  if (["password_change_required", "second_factor_required"].includes(more.code)) return new Fault("password", data.message, more);
  if (status === 429 || status === 503) return new Fault("busy", data.message, more);
  // 400: a bad line may have mutilated what was sent.
  if (status >= 500 || status === 400) return new Fault("server", data.message || TEXT.server, more);
  return new Fault("refused", data.message || TEXT.server, more);
}

// Returns [data, answer]; data is null for 304. Throws Fault.
async function ask(path, options) {
  const [answer, body] = await exchange(path, options);
  if (answer.status === 304) return [null, answer];
  const data = parsed(answer, body);
  if (data && (answer.status === 200 || answer.status === 201)) return [data, answer, body.length];
  throw faultOf(answer, data);
}

let token = "";

export async function me() {
  const [data] = await ask("me");
  if (!data.user || !data.csrf_token) throw new Fault("portal", TEXT.portal);
  token = data.csrf_token;
  return data;
}

// A token that went stale on the way is fetched anew, once.
async function send(path, options) {
  const withToken = () => ({ ...options, headers: { ...options.headers, "X-CSRFToken": token } });
  try {
    return await ask(path, withToken());
  } catch (fault) {
    if (fault.code !== "csrf") throw fault;
    await me();
    return ask(path, withToken());
  }
}

export async function sync(records) {
  const [data] = await send("sync", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ records }) });
  if (!Array.isArray(data.outcomes) || data.outcomes.length !== records.length) throw new Fault("portal", TEXT.portal);
  return data.outcomes;
}

export async function putPhoto(photo, bytes) {
  const query = new URLSearchParams({ finding: photo.finding, sha256: photo.sha256, name: photo.name, caption: photo.caption ?? "", captured_at: photo.captured_at });
  const [data] = await send(`photos/${photo.id}?${query}`, { method: "PUT", headers: { "Content-Type": "image/jpeg" }, body: bytes, timeout: PHOTO_TIMEOUT });
  return data;
}

export async function day(etag) {
  const [data, answer, size] = await ask("day", etag ? { headers: { "If-None-Match": etag } } : {});
  if (data && !Array.isArray(data.assignments)) throw new Fault("portal", TEXT.portal);
  return data && { day: data, etag: answer.headers.get("ETag") ?? "", dayBytes: size };
}

// Returns the server's clock minus ours in milliseconds, the time of the way halved.
export async function ping(nonce) {
  const began = Date.now();
  const [data] = await ask(`ping?nonce=${nonce}`);
  if (data.app !== "duchatong" || data.nonce !== nonce) throw new Fault("portal", TEXT.portal);
  return Date.parse(data.server_time) - (began + Date.now()) / 2;
}
