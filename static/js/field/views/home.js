// The first screen: running campaigns, and in each the units of the own team, today's first, with how far each one is.

import { app } from "../app.js";
import { link } from "../router.js";
import { sendAll, sending } from "../sender.js";
import { assignments, notesOf, progressOf, unsentOf, wordOf } from "../sheet.js";
import { ago, bar, dayText, empty, head, html, icon, megabytes, nothing } from "./parts.js";

const today = () => {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
};

export function home() {
  const campaigns = app.day?.campaigns ?? [];
  return html`${head("现场录入", { sub: app.user?.name })}
    <main class="page">
      ${ready()}
      ${app.day && !campaigns.length ? empty("现在没有进行中的督查活动分配给您。督查启动、您被编入督查组后，这里会列出要去的单位。") : nothing}
      ${campaigns.map(campaignPart)}
      <nav class="links" aria-label="其他">
        <a href=${link("outbox")}>发件箱</a><a href=${link("check")}>环境自检</a><a href=${link("settings")}>口令锁与退出</a>
      </nav>
      <p class="note">请勿在手机上录入、拍摄涉密内容。督查的对象是组织和它的工作资料，不记录个人的言论和行踪。</p>
    </main>`;
}

function ready() {
  const { day, dayAt, dayBytes } = app;
  const items = (day?.checklists ?? []).reduce((sum, list) => sum + list.themes.reduce((all, theme) => all + theme.items.length, 0), 0);
  const old = Date.now() - dayAt > 12 * 3600 * 1000;
  return html`<section class="card" aria-label="离线准备">
    <div class="card-line">
      <div class="grow">${day
        ? html`<b>已下载 ${day.assignments.length} 个单位</b><p class="soft ${old ? "late" : ""}">检查项 ${items} 项、规范表述 ${day.standards.length} 条，约 ${megabytes(dayBytes)}，${ago(dayAt)}更新${old ? "，出发前请再更新一次" : ""}</p>`
        : html`<b>还没有下载今天的内容</b><p class="soft">出发前有网络时点一次，没有信号也能用。</p>`}</div>
      <button type="button" class="button" ?disabled=${sending()} @click=${prepare}>${sending() ? "更新中…" : "更新"}</button>
    </div>
  </section>`;
}

async function prepare() {
  await navigator.storage?.persist?.().catch(() => false);
  await sendAll({ urgent: true, refresh: true });
}

function campaignPart(campaign) {
  const mine = assignments().filter((one) => one.campaign === campaign.id);
  const isToday = (one) => one.visit_on === today();
  const now = mine.filter(isToday);
  // What is done sinks to the end.
  const rest = mine.filter((one) => !isToday(one));
  const later = [...rest.filter((one) => !notesOf(one).concluded), ...rest.filter((one) => notesOf(one).concluded)];
  return html`<section class="campaign">
    <h2>${campaign.title}</h2>
    <p class="soft">${campaign.team?.name}${campaign.team?.is_leader ? "（组长）" : ""} · ${dayText(campaign.starts_on)}至${dayText(campaign.ends_on)}</p>
    ${now.length ? html`<h3>今天</h3><ol class="units">${now.map(unitCard)}</ol>` : nothing}
    ${later.length ? html`<h3>${now.length ? "其他单位" : "本组的单位"}</h3><ol class="units">${later.map(unitCard)}</ol>` : nothing}
    ${mine.length ? nothing : empty("本组还没有分到单位。")}
  </section>`;
}

function unitCard(assignment) {
  const { organization } = assignment;
  const { done, required } = progressOf(assignment);
  const concluded = notesOf(assignment).concluded;
  const unsent = unsentOf(assignment.id).length;
  const status = concluded ? "concluded" : done ? "in_progress" : assignment.status;
  return html`<li><a class="card unit" href=${link("unit", assignment.id)}>
    <div class="unit-head"><span class="order">${assignment.order || "·"}</span><b>${organization.name}</b><span class="tag ${concluded ? "tag-ok" : status === "in_progress" ? "tag-info" : ""}">${wordOf("status", status)}</span></div>
    <p class="soft">${assignment.method_label}${assignment.activities?.length ? `：${assignment.activities.join("、")}` : ""}${assignment.visit_on ? ` · ${dayText(assignment.visit_on)}` : ""}</p>
    ${organization.address ? html`<p class="soft with-icon">${icon("pin")}${organization.address}</p>` : nothing}
    ${organization.contact_duty ? html`<p class="soft">联系：${organization.contact_duty}</p>` : nothing}
    <div class="unit-foot">${bar(done, required, "必答项进度")}<span>${done} / ${required}</span>${unsent ? html`<span class="tag tag-info">待上传 ${unsent}</span>` : nothing}</div>
  </a></li>`;
}
