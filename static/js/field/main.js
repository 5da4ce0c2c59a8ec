// Starts the phone pages: the phone's own data first, the network afterwards.

import { render } from "../../vendor/lit-html/lit-html.js";
import { app, changed, forget, hear, listen, loadAll, openStore, reread, rereadDay } from "./app.js";
import { StorageRefused } from "./database.js";
import { tidy } from "./drafts.js";
import { prepareHashes } from "./ids.js";
import * as net from "./net.js";
import { owner, setOwner } from "./owner.js";
import { route, watchRoute } from "./router.js";
import { sendAll, sender, watchLine } from "./sender.js";
import { toast } from "./toast.js";
import { check } from "./views/check.js";
import { confirmFacts } from "./views/confirm.js";
import { finding } from "./views/finding.js";
import { finish } from "./views/finish.js";
import { home } from "./views/home.js";
import { last } from "./views/last.js";
import { library } from "./views/library.js";
import { outbox } from "./views/outbox.js";
import { photo } from "./views/photo.js";
import { settings } from "./views/settings.js";
import { outside, pinScreen, waiting } from "./views/start.js";
import { unit } from "./views/unit.js";

const AWAY = 5 * 60 * 1000;
const root = document.getElementById("field");
const state = { ready: false, screen: waiting };

function draw() {
  render(state.ready ? inside() : state.screen(), root);
}

function inside() {
  const [name, id, part, more] = route();
  if (name === "outbox") return outbox();
  if (name === "check") return check();
  if (name === "settings") return settings();
  if (name !== "unit" || !app.day) return home();
  if (part === "library") return library(id, more);
  if (part === "finding") return finding(id, more);
  if (part === "photo") return photo(id, more);
  if (part === "last") return last(id);
  if (part === "finish") return finish(id);
  if (part === "confirm") return confirmFacts(id);
  return unit(id);
}

function show(screen) {
  state.ready = false;
  state.screen = screen;
  draw();
}

// --- who is there -----------------------------------------------------------------------------------------------------------

async function start() {
  await prepareHashes();
  const mine = await owner();
  if (mine && !mine.closed) return openFor(mine);
  return connect();
}

// Without data of anybody on the phone, or after a log-out, the server has to say who is there.
async function connect() {
  show(waiting);
  try {
    const { user } = await net.me();
    await openFor(user);
  } catch (fault) {
    const closed = Boolean((await owner())?.closed);
    show(() => outside(fault, connect, closed));
  }
}

async function openFor(user) {
  const lock = await openStore({ id: user.id, name: user.name, username: user.username });
  await setOwner({ id: user.id, name: user.name, username: user.username });
  if (!lock) return enter();
  show(() => pinScreen(user, lock, (vault) => { app.vault = vault; enter(); }));
  return undefined;
}

async function enter() {
  await loadAll();
  state.ready = true;
  changed();
  await sendAll({ refresh: true });
  await tidy().catch(() => {});
}

// Somebody else has logged in on this phone: the former owner's data closes, unsent or not, and waits for its owner.
sender.onStranger = async (user) => {
  forget();
  await setOwner({ id: user.id, name: user.name, username: user.username });
  window.location.hash = "";
  window.location.reload();
};
sender.onUser = ({ user, shell_version: version }) => {
  Object.assign(app.user, { name: user.name, username: user.username });
  setOwner({ id: user.id, name: user.name, username: user.username });
  if (version && version !== document.body.dataset.version) navigator.serviceWorker?.getRegistration("/field/").then((found) => found?.update());
};

// --- the surroundings ---------------------------------------------------------------------------------------------------------

function keepShell() {
  if (!("serviceWorker" in navigator)) return;
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.register("/sw.js", { scope: "/field/" }).catch(() => {});
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (had) toast("现场录入有新版本", ["刷新", () => window.location.reload()]);
  });
}

hear((message) => {
  if (message.reload) window.location.reload();
  else if (message.day) rereadDay();
  else reread(message.name, message.key);
});

// A refusal of the phone's storage is on the screen already (app.refused), with what to do.
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof StorageRefused) event.preventDefault();
});

let hiddenAt = 0;
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") hiddenAt = Date.now();
  else if (app.vault.locked && hiddenAt && Date.now() - hiddenAt > AWAY) window.location.reload();
});

// Another tab, or the site's own pages, logged out.
if (globalThis.BroadcastChannel) {
  new BroadcastChannel("duchatong-owner").addEventListener("message", async () => {
    const mine = await owner();
    if (app.user && (!mine || mine.closed || mine.id !== app.user.id)) window.location.reload();
  });
}

root.replaceChildren(); // the line that was there before any script
listen(draw);
watchRoute();
watchLine();
window.setInterval(() => { if (state.ready) changed(); }, 60000); // "3 分钟前" grows older
draw();
keepShell();
start().catch((error) => show(() => outside(error, () => window.location.reload())));
