// One way to talk to the server: a form-encoded POST below the editor's address, answered with JSON.
const base = document.getElementById("editor").dataset.base;

const REASONS = {
  403: "没有权限，或登录已过期，请在新窗口重新登录后再试。",
  404: "内容已不存在，请复制未保存的文字后刷新页面。",
  413: "内容太大。",
};

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];

export const address = (path) => new URL(path, new URL(base, window.location.href)).href;

export async function post(path, values) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const each of Array.isArray(value) ? value : [value]) body.append(name, each ?? "");
  }
  let reply;
  try {
    reply = await fetch(address(path), { method: "POST", body, headers: { "x-csrftoken": token() }, redirect: "manual" });
  } catch {
    return { failure: "连不上服务器。" };
  }
  if (reply.type === "opaqueredirect") return { failure: "登录已过期，请在新窗口重新登录。" };
  if (reply.status !== 200 && reply.status !== 409) return { failure: REASONS[reply.status] ?? "服务器出错。" };
  try {
    return { ok: reply.status === 200, answer: await reply.json() };
  } catch {
    return { failure: "服务器的回答不完整。" };
  }
}
