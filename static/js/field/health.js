// What the browser can do for field work, each with a sentence that says what to do where it cannot.

import { newId } from "./ids.js";
import * as net from "./net.js";

const AGENT = navigator.userAgent;

export const inApp = /MicroMessenger|wxwork|DingTalk|Lark|TAurusApp|QQ\//i.test(AGENT);
// Every browser on these phones and tablets has the same engine, whatever its name.
export const evictsAfterSevenDays = /iPhone|iPad|iPod/.test(AGENT) || (/Macintosh/.test(AGENT) && navigator.maxTouchPoints > 1) || (/Safari\//.test(AGENT) && !/Chrom|Android/.test(AGENT));
export const EVICTION = "这类浏览器（苹果手机、平板）会清除连续 7 天没有打开过的网页的数据。请把本页“添加到主屏幕”使用，并且每天至少联网上传一次。";

const good = (name, text) => ({ name, level: "ok", text });
const bad = (name, text, level = "bad") => ({ name, level, text });

export async function examine(store, shellVersion) {
  const tests = [secure, worker, storage, persistence, space, camera, server(shellVersion), family];
  const results = [];
  for (const test of tests) results.push(await test(store).catch((error) => bad("检查", `没有查成：${error.message}`)));
  return results.flat().filter(Boolean);
}

async function secure() {
  return window.isSecureContext ? good("安全连接", "是 HTTPS，离线打开、加密都可以用。")
    : bad("安全连接", "不是 HTTPS：打开着的页面可以照常记录和上传，但没有网络时打不开本页，也不能设置口令锁。请办公室开通 HTTPS；之前请在有网络时打开本页，不要关闭。");
}

async function worker() {
  if (!("serviceWorker" in navigator)) return bad("离线打开", window.isSecureContext ? "这个浏览器不支持离线打开网页。请改用系统自带浏览器打开。" : "没有安全连接，浏览器不允许离线打开。");
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  if (registration?.active) return good("离线打开", "已准备好，没有网络也能打开本页。");
  return bad("离线打开", "还没有准备好。请保持联网，关掉本页再打开一次。", "warn");
}

async function storage(store) {
  await store.write([["kv", newId(), "probe"]]);
  await store.write([["kv", undefined, "probe"]]);
  return good("存储", "可以写入。");
}

async function persistence() {
  if (!navigator.storage?.persist) return bad("长期保存", "浏览器不提供长期保存的承诺，请每天联网上传。", "warn");
  const kept = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  return kept ? good("长期保存", "浏览器答应不自动清理本页的数据。") : bad("长期保存", "浏览器在空间紧张时可能清理数据。请每天联网上传；把本页添加到主屏幕后通常会允许。", "warn");
}

async function space() {
  if (!navigator.storage?.estimate) return bad("剩余空间", "浏览器不告知剩余空间，请保持手机有 500 MB 以上空闲。", "warn");
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  const left = Math.max(0, quota - usage) / 1e6;
  const text = `已用 ${(usage / 1e6).toFixed(1)} MB，还可用约 ${left >= 1000 ? `${(left / 1000).toFixed(1)} GB` : `${Math.round(left)} MB`}。`;
  return left > 300 ? good("剩余空间", text) : bad("剩余空间", `${text}请清理手机空间：一张照片约 0.5 MB。`, left > 50 ? "warn" : "bad");
}

async function camera() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? null;
  if (devices?.some((device) => device.kind === "videoinput")) return good("相机", "有相机，点“拍照”即可。");
  return bad("相机", devices ? "没有找到相机，仍可从相册选照片。" : "浏览器不告知有没有相机；点“拍照”试一次，不行就从相册选。", "warn");
}

function server(shellVersion) {
  return async () => {
    try {
      const skew = Math.round((await net.ping(newId())) / 1000);
      const who = await net.me().catch((fault) => fault);
      const clock = Math.abs(skew) < 120 ? good("手机时钟", "与服务器一致。") : bad("手机时钟", `比服务器${skew > 0 ? "慢" : "快"} ${Math.round(Math.abs(skew) / 60)} 分钟。请在手机设置里打开“自动设置时间”。`, "warn");
      const login = who instanceof Error ? bad("登录", who.message, "warn") : good("登录", `已登录：${who.user.name}。`);
      const version = who instanceof Error || !who.shell_version || who.shell_version === shellVersion ? good("版本", `现场录入 ${shellVersion.slice(0, 8)}。`) : bad("版本", "有新版本，联网关掉本页再打开一次即可更新。", "warn");
      return [good("服务器", "可以连上。"), login, clock, version];
    } catch (fault) {
      return [bad("服务器", fault.message, "warn"), good("版本", `现场录入 ${shellVersion.slice(0, 8)}。`)];
    }
  };
}

async function family() {
  const found = [];
  if (inApp) found.push(bad("浏览器", "正在微信、政务应用等的内置浏览器里。它可能不支持离线，也会清理数据。请点右上角，选择“在浏览器打开”。", "warn"));
  if (evictsAfterSevenDays) found.push(bad("浏览器", EVICTION, "warn"));
  return found.length ? found : [good("浏览器", "没有已知的限制。")];
}
