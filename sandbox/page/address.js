// Where the page stands: `#C…` is a channel, `#C…/p…` a message in it, `#F…` a canvas, `#app/home` the app's
// place, `#tools` the connected tools.

import { post } from "./api.js";
import { attempt } from "./dialogs.js";
import { channel, loadMessages, loadState, loadTitles, loadViews, store, tell, visibleChannels } from "./store.js";

const HASH = /^#([CDG][A-Z0-9]+)(?:\/p(\d{7,}))?(?:\?(.*))?$/;

/** The message a permalink of this workspace names: its channel, ts and thread; else null. */
export function permalinkTarget(url) {
  let parsed;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return null;
  }
  const found = /^\/archives\/([CDG][A-Z0-9]+)\/p(\d{7,})$/.exec(parsed.pathname);
  if (!found || parsed.origin !== location.origin) return null;
  return { channel: found[1], number: found[2], thread: parsed.searchParams.get("thread_ts") };
}

/** The id of the canvas that an address of this workspace names, else null. */
export function canvasTarget(url) {
  try {
    const parsed = new URL(url, location.href);
    const found = /^\/docs\/T[A-Z0-9]+\/(F[A-Z0-9]+)$/.exec(parsed.pathname);
    return found && parsed.origin === location.origin ? found[1] : null;
  } catch {
    return null;
  }
}

/** Whether an address of this workspace names an alert or a ticket of the connected tools. */
export function isOfTools(url) {
  try {
    const parsed = new URL(url, location.href);
    return parsed.origin === location.origin && /^\/(alerts\/[\w-]+|[\w.-]+\/[\w.-]+\/issues\/\d+)$/.test(parsed.pathname);
  } catch {
    return false;
  }
}

/** The address of a message, as people hand it around. */
export function permalink(channelId, message) {
  const number = message.ts.replace(".", "");
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  const tail = isReply ? `?thread_ts=${message.thread_ts}&cid=${channelId}` : "";
  return `${location.origin}/archives/${channelId}/p${number}${tail}`;
}

/** Go to a message or canvas of this workspace without leaving the page. */
export function followPermalink(url) {
  if (isOfTools(url)) {
    openTools();
    return;
  }
  const canvas = canvasTarget(url);
  if (canvas !== null) {
    openCanvas(canvas);
    return;
  }
  const target = permalinkTarget(url);
  const thread = target.thread ? `?thread_ts=${encodeURIComponent(target.thread)}` : "";
  const hash = `#${target.channel}/p${target.number}${thread}`;
  if (location.hash === hash) followHash();
  else location.hash = hash;
}

/** Show what the address bar names: at the start, and whenever it changes. */
export async function followHash() {
  const canvas = /^#(F[A-Z0-9]+)$/.exec(location.hash);
  if (canvas) {
    await openCanvas(canvas[1]);
    return;
  }
  const app = /^#app\/(home|messages)$/.exec(location.hash);
  if (app) {
    await openApp(app[1]);
    return;
  }
  if (location.hash === "#tools") {
    if (channel() === null) await goTo(firstChannel());
    openTools();
    return;
  }
  const found = HASH.exec(location.hash);
  if (!found || !store.channels.some((each) => each.id === found[1])) {
    if (channel() === null) await goTo(firstChannel());
    return;
  }
  const [, id, number, query] = found;
  await goTo(id);
  if (!number) return;
  const ts = `${number.slice(0, -6)}.${number.slice(-6)}`;
  const message = store.messages.find((each) => each.ts === ts);
  const root = message?.thread_ts ?? new URLSearchParams(query ?? "").get("thread_ts");
  store.highlight = ts;
  if (root && root !== ts) {
    store.thread = root;
    store.canvas = null;
    store.isAtTools = false;
  }
  tell("messages");
  tell("panel");
  tell("highlight", ts);
}

/** Open a tab of the app's place; the app hears of it. */
export async function openApp(tab) {
  const isOpen = await attempt(async () => {
    const opened = await post("home", { user: store.me, tab });
    await Promise.all([loadState(), loadViews()]);
    await goTo(opened.channel, tab);
  });
  if (!isOpen && channel() === null) await goTo(firstChannel());
}

/** After one became somebody else: the same place, if they see it. */
export async function followPerson() {
  const isThere = visibleChannels().some((each) => each.id === store.channelId);
  if (location.hash.startsWith("#app/")) await openApp(location.hash.slice(5));
  else if (!isThere) location.hash = firstChannel();
}

/** Open a canvas beside the channel whose tab it is. */
export async function openCanvas(id) {
  const home = store.channels.find((each) => each.canvas_ids.includes(id));
  await goTo(home?.id ?? store.channelId ?? firstChannel());
  store.thread = null;
  store.isAtTools = false;
  store.canvas = { id };
  tell("panel");
  tell("canvas");
}

/** Open the connected tools beside the channel. */
export function openTools() {
  if (store.tools === null) return;
  store.thread = null;
  store.canvas = null;
  store.isAtTools = true;
  tell("panel");
  tell("atTools");
}

const NARROW = matchMedia("(max-width: 1000px)");

function firstChannel() {
  const mine = store.channels.filter((each) => each.members.includes(store.me));
  return (mine.find((each) => !each.is_im) ?? store.channels[0])?.id ?? null;
}

/** Open a channel. */
export async function goTo(id, tab = "messages") {
  if (id === null || (id === store.channelId && tab === store.tab)) return;
  store.channelId = id;
  store.tab = tab;
  store.unread.delete(id);
  store.messages = [];
  store.ephemerals = [];
  store.thread = null;
  store.canvas = null;
  if (NARROW.matches) store.isAtTools = false; // they would hide the channel
  store.highlight = null;
  tell("state");
  tell("panel");
  tell("opened"); // now: what the person goes on to do while the rest comes is not to be undone
  await Promise.all([loadMessages(), loadTitles()]);
  tell("filled");
}
