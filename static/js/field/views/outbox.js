// The outbox: what has not arrived yet and why, what can be done about each record, and the way out when a phone cannot send at all.

import { app, changed } from "../app.js";
import { drop, goesWith, keepBoth, keepMine, noteMine, retry, takeTheirs } from "../drafts.js";
import { downloadRescue } from "../rescue.js";
import { link } from "../router.js";
import { isUnsent } from "../settle.js";
import { assignmentOf, itemOf, themeOf, words, wordOf } from "../sheet.js";
import { toast } from "../toast.js";
import { canLock, WHY_NOT } from "../vault.js";
import { ago, clock, dayLong, head, html, megabytes, nothing, sendButton, stateTag } from "./parts.js";
import { showItem } from "./unit.js";

const screen = { asking: "", exporting: false, phrase: "", again: "", fault: "", showSent: false };
const ORDER = ["conflict", "rejected", "sending", "waiting", "draft"];

export function outbox() {
  const all = [...app.rows.values(), ...app.photos.values()];
  const unsent = all.filter(isUnsent).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.created_at - b.created_at);
  const sent = all.filter((row) => !isUnsent(row)).sort((a, b) => b.sent_at - a.sent_at);
  return html`${head("发件箱", { back: "#/" })}
    <main class="page">
      <section class="card"><div class="card-line"><div class="grow"><b>${unsent.length ? `${unsent.length} 条没有上传` : "全部已上传"}</b><p class="soft">${app.net.at ? `上次联系服务器：${ago(app.net.at)}${app.net.state === "online" ? "，正常" : "，没有成功"}` : "还没有联系过服务器"}</p></div>${sendButton()}</div></section>
      ${unsent.length ? html`<ul class="cards plain">${unsent.map(rowCard)}</ul>` : nothing}
      ${unsent.length ? rescue(unsent) : nothing}
      ${sent.length ? html`<details class="guidance" ?open=${screen.showSent}><summary>本机已上传 ${sent.length} 条</summary><ul class="cards plain">${sent.slice(0, 100).map((row) => html`<li class="card slim"><span class="grow">${row.title}</span><span class="soft">${clock(row.sent_at)}</span></li>`)}</ul></details>` : nothing}
    </main>`;
}

const whatOf = (row) => {
  if (row.kind === "photo") return `${megabytes(row.size)}${row.caption ? `，${row.caption}` : ""}`;
  if (row.kind === "result") return said(row, row.data);
  return row.data.text || row.data.summary || row.data.reason || (row.kind === "recheck" ? wordOf("recheck", row.data.outcome) : "") || (row.kind === "confirmation" ? row.data.signer_title : "");
};

// The words of an answer or finding, ours or the server's.
function said(row, data) {
  if (!data) return "";
  const assignment = assignmentOf(row.assignment);
  if (row.kind === "result") {
    const item = assignment && itemOf(assignment, row.data.item);
    return [words(data, item), data.note ? `备注：${data.note}` : ""].filter(Boolean).join("；") || "（空）";
  }
  if (row.kind === "finding") {
    const place = assignment ? [themeOf(assignment, data.theme)?.name, data.item && itemOf(assignment, data.item)?.question].filter(Boolean).join("·") : "";
    return [wordOf("kind", data.kind), wordOf("severity", data.severity), data.text, data.cause && `原因：${data.cause}`, data.measure && `措施：${data.measure}`, place && `（${place}）`].filter(Boolean).join(" ");
  }
  if (row.kind === "recheck") return [wordOf("recheck", data.outcome), data.note].filter(Boolean).join("：");
  // Of a finding that is to be taken back the server says how it reads now.
  if (row.kind === "withdraw") return data.text ? `现在写的是：${data.text}` : `撤回，原因：${data.reason}`;
  if (row.kind === "confirmation") return `${data.signer_title}，${wordOf("opinion", data.opinion)}${data.opinion_text ? `：${data.opinion_text}` : ""}`;
  return [data.summary, data.visit_on && `督查日期${dayLong(data.visit_on)}`, data.status && wordOf("status", data.status)].filter(Boolean).join("；") || "（空）";
}

function rowCard(row) {
  return html`<li class="card outbox-row" data-state=${row.state}>
    <div class="row">${stateTag(row)}<b class="grow">${row.title}</b></div>
    <p class="soft clamp">${whatOf(row)}</p>
    ${row.message && row.state !== "conflict" ? html`<p class=${row.state === "rejected" ? "fault" : "soft"}>${row.message}</p>` : nothing}
    ${row.state === "rejected" ? (row.errors ?? []).map((error) => html`<p class="fault">${error.message}</p>`) : nothing}
    ${row.state === "conflict" ? conflict(row) : actions(row)}
  </li>`;
}

function conflict(row) {
  const server = row.server ?? {};
  const who = server.by?.name ?? server.concluded_by?.name ?? "别人";
  const at = server.at ?? server.recorded_at ?? server.received_at ?? server.concluded_at;
  const mine = said(row, row.data);
  const final = whyNotMine(row, server);
  const choose = (work, text) => async () => { const cut = await work(row, mine); toast(cut ? `备注最多 300 字，末尾 ${cut} 个字没有写进去，请打开这个检查项核对` : text); };
  return html`<div class="versions"><div class="version"><b>本机（${app.user.name}，${clock(row.edited_at)}）</b><p>${mine}</p></div>
    <div class="version"><b>服务器（${who}${at ? `，${clock(at)}` : ""}）</b><p>${server.withdrawn ? "这条发现已被撤回。" : said(row, server)}</p></div></div>
    <p class="soft">${final ? final : "同一内容有两个版本，请选择保留哪一个。"}</p>
    <div class="row buttons">${final ? nothing : html`<button type="button" class="button" @click=${choose(keepMine, "已保留本机的，正在上传")}>保留本机</button>`}
    <button type="button" class="button" @click=${choose(takeTheirs, "已采用服务器的")}>采用服务器</button>
    ${row.kind === "finding" ? html`<button type="button" class="button" @click=${choose(keepBoth, "两条都保留")}>另存为新记录</button>` : nothing}
    ${row.kind === "result" ? html`<button type="button" class="button" @click=${choose(noteMine, "我的意见已写入备注")}>采用服务器，我的写入备注</button>` : nothing}</div>
    ${row.kind === "result" && mine.length + (server.note ?? "").length + 6 > 300 ? html`<p class="soft">备注最多 300 字，写入备注时放不下的部分会略去，点击后会说明略去多少字。</p>` : nothing}`;
}

// Where ours cannot replace what stands on the server, whatever one chooses: said before, with what can be done.
function whyNotMine(row, server) {
  if (row.kind === "conclude" && server.status === "concluded") return "这个单位已经办结。要用本机的总体评价，请组长或办公室先重新打开；本机写的请先记下来，再采用服务器的。";
  if (row.kind === "finding" && server.withdrawn) return "这条发现已被撤回，不能再改。要保留本机写的，请另存为新记录。";
  return "";
}

function actions(row) {
  const open = assignmentOf(row.assignment) ? placeOf(row) : "";
  if (screen.asking === row.key) {
    const gone = async () => { screen.asking = ""; await drop(row); toast("已删除"); };
    return html`<div class="asking"><p>${whatIsLost(row)}</p><div class="row"><button type="button" class="button danger" @click=${gone}>删除</button><button type="button" class="button" @click=${() => { screen.asking = ""; changed(); }}>不删除</button></div></div>`;
  }
  const look = row.kind === "result" ? (event) => { event.preventDefault(); showItem(row.assignment, row.data.item); } : null;
  const anew = row.kind === "finding" && row.state === "rejected" && row.code === "withdrawn";
  return html`${anew ? html`<p class="soft">要保留本机写的，请另存为新记录。</p><button type="button" class="button" @click=${async () => { await keepBoth(row); toast("已另存为新记录"); }}>另存为新记录</button>` : nothing}
    <div class="row">${open ? html`<a class="text-link" href=${open} @click=${look}>打开</a>` : nothing}
    ${(row.state === "rejected" && !anew) || row.unsaved ? html`<button type="button" class="text-link" @click=${() => retry(row)}>重试</button>` : nothing}<span class="grow"></span>
    ${row.state === "sending" ? nothing : html`<button type="button" class="text-link danger" @click=${() => { screen.asking = row.key; changed(); }}>删除</button>`}</div>`;
}

function whatIsLost(row) {
  if (row.signed) return "删除的只是没有签完的这一次，不能恢复；以前签的仍然有效。确定删除？";
  if (row.base > 0) return "删除的只是本机这次没有上传的修改，不能恢复；服务器上原来的内容不变。确定删除？";
  const photos = goesWith(row).length;
  return `${photos ? `连同它的 ${photos} 张照片一起删除。` : ""}删除后不能恢复，服务器上也没有。确定删除？`;
}

function placeOf(row) {
  if (row.kind === "photo") return link("unit", row.assignment, "photo", row.key);
  if (row.kind === "finding" || row.kind === "withdraw") return link("unit", row.assignment, "finding", row.id);
  if (row.kind === "recheck") return link("unit", row.assignment, "last");
  if (row.kind === "result") return link("unit", row.assignment);
  return link("unit", row.assignment, "finish");
}

// For a phone that cannot be made to send: one file with everything, which the office imports.
function rescue(unsent) {
  if (!screen.exporting) {
    return html`<p><button type="button" class="button wide" @click=${() => { Object.assign(screen, { exporting: true, fault: "", phrase: "", again: "" }); changed(); }}>导出未上传记录</button></p>`;
  }
  const give = async () => {
    screen.fault = !screen.phrase ? "" : screen.phrase.length < 8 ? "密码至少 8 位。" : screen.phrase !== screen.again ? "两次输入的密码不一样。" : "";
    if (!screen.fault) {
      try {
        const count = await downloadRescue(screen.phrase);
        screen.exporting = false;
        toast(`已导出 ${count.records} 条记录、${count.photos} 张照片`);
      } catch (error) {
        screen.fault = error.message;
      }
    }
    changed();
  };
  const secure = canLock();
  return html`<section class="card" aria-label="导出"><h2>导出未上传记录</h2>
    <p class="soft">得到一个文件，交给办公室在“导入手机记录”中导入。导出后本机的记录不会删除；重复导入也只算一次。</p>
    ${secure ? html`<label for="phrase">给文件加密的密码（至少 8 位，不填则不加密）</label><input id="phrase" class="input" type="password" autocomplete="new-password" .value=${screen.phrase} @input=${(event) => { screen.phrase = event.target.value; }}>
      <label for="again">再输一次</label><input id="again" class="input" type="password" autocomplete="new-password" .value=${screen.again} @input=${(event) => { screen.again = event.target.value; }}>` : html`<p class="fault">${WHY_NOT}文件不加密，请妥善传递。</p>`}
    ${screen.fault ? html`<p class="fault" role="alert">${screen.fault}</p>` : nothing}
    <div class="row"><button type="button" class="button primary" @click=${give}>导出 ${unsent.length} 条</button><button type="button" class="button" @click=${() => { screen.exporting = false; changed(); }}>取消</button></div></section>`;
}

