// What the page knows of the workspace, and how it hears of changes.

import { get } from "./api.js";
import { released } from "./pressing.js";
import { momentOf } from "./times.js";

/**
 * Everything shown. `tools` is null where none are connected. `me` is the id of the person one is; `thread` the ts of the open thread's root; `tab`
 * what is open of the app's place, `home` or `messages`.
 */
export const store = {
  team: { name: "" },
  now: new Date(),
  people: new Map(),
  channels: [],
  bot: {},
  commands: [],
  shortcuts: [],
  appHome: {},
  me: null,
  channelId: null,
  messages: [],
  ephemerals: [],
  thread: null,
  canvas: null,
  canvasTitles: new Map(),
  tools: null,
  isAtTools: false,
  views: [],
  home: null,
  tab: "messages",
  unread: new Set(),
  highlight: null,
};

const listeners = new Map();

/** Call a function whenever one of the named parts changed: state, messages, panel, tools, views, connection. */
export function on(names, handler) {
  for (const name of names.split(" ")) listeners.set(name, [...(listeners.get(name) ?? []), handler]);
}

/** Tell that a part changed. */
export function tell(name, detail) {
  for (const handler of listeners.get(name) ?? []) handler(detail);
}

/** The names of the channels that something shown mentions, in whatever form: when one is learnt or changes, so does it. */
export const channelNamesIn = (said) => [...said.matchAll(/\bC[A-Z0-9]{8,}\b/g)].map(([id]) => channelName(id));

export const me = () => store.people.get(store.me) ?? { id: "", name: "", real_name: "", tz: "UTC" };
export const zone = () => me().tz || "UTC";
export const channel = () => store.channels.find((each) => each.id === store.channelId) ?? null;
export const everybody = () => [...store.people.values()];
export const humans = () => [...store.people.values()].filter((person) => !person.is_bot);
export const personName = (id) => store.people.get(id)?.real_name || store.people.get(id)?.name || id;
export const channelName = (id) => store.channels.find((each) => each.id === id)?.name ?? null;

/** Channels a person may see: public ones, and those they are in. */
export function visibleChannels() {
  return store.channels.filter((each) => !each.is_private || each.members.includes(store.me));
}

const turns = { state: 0, messages: 0, canvas: 0, views: 0 };
const shown = { ...turns };

/** Take a turn before asking; what it gives says whether the answer still counts, or a later one was sooner. */
function turn(what) {
  const mine = (turns[what] += 1);
  return () => {
    if (mine < shown[what]) return false;
    shown[what] = mine;
    return true;
  };
}

export async function loadState() {
  const counts = turn("state");
  const state = await get("state");
  if (!counts()) return;
  store.team = state.team;
  store.now = new Date(state.now);
  store.people = new Map(state.people.map((person) => [person.id, person]));
  store.channels = state.channels;
  store.bot = { ...state.bot, real_name: store.people.get(state.bot.user_id)?.real_name ?? state.bot.name };
  store.commands = state.commands;
  store.shortcuts = state.shortcuts;
  store.appHome = state.app_home;
  if (!store.people.has(store.me)) {
    const kept = localStorage.getItem("sandbox.me");
    store.me = store.people.has(kept) ? kept : humans()[0]?.id ?? null;
  }
  tell("state");
  await loadTitles();
}

/** The titles of the canvases in the open channel's tabs. */
export async function loadTitles() {
  const ids = channel()?.canvas_ids ?? [];
  if (!ids.length) return;
  const found = await Promise.all(ids.map((id) => get(`canvases/${id}`)));
  store.canvasTitles = new Map(found.map((canvas) => [canvas.id, canvas.title]));
  tell("panel");
}

export async function loadMessages() {
  const id = store.channelId;
  if (id === null) return;
  const counts = turn("messages");
  const found = await get(`channels/${id}/messages?as=${encodeURIComponent(store.me ?? "")}`);
  if (id !== store.channelId || !counts()) return;
  store.messages = found.messages;
  const newest = found.messages.at(-1);
  if (newest) store.now = new Date(Math.max(store.now.getTime(), momentOf(newest.ts).getTime()));
  store.ephemerals = (found.ephemerals ?? []).filter((each) => !dismissed.has(each.ts));
  tell("messages");
}

export async function loadCanvas() {
  if (store.canvas === null) return;
  const id = store.canvas.id;
  const counts = turn("canvas");
  const found = await get(`canvases/${id}`);
  if (store.canvas?.id !== id || !counts()) return;
  store.canvas = found;
  tell("panel");
}

export async function loadViews() {
  if (store.me === null) return;
  const person = store.me;
  const counts = turn("views");
  const found = await get(`views?as=${encodeURIComponent(person)}`);
  if (person !== store.me || !counts()) return;
  store.views = found.views;
  store.home = found.home;
  tell("views");
}

export async function loadTools() {
  const wasThere = store.tools !== null;
  store.tools = (await get("tools")).tools;
  tell("tools");
  if (wasThere !== (store.tools !== null)) tell("state");
}

const dismissed = new Set();

/** Hide a message that only this person sees. */
export function dismiss(ts) {
  dismissed.add(ts);
  store.ephemerals = store.ephemerals.filter((each) => each.ts !== ts);
  tell("messages");
}

/** Be somebody else. */
export async function become(id) {
  store.me = id;
  localStorage.setItem("sandbox.me", id);
  store.views = [];
  store.home = null;
  tell("person");
  tell("state");
  tell("views");
  await Promise.all([loadMessages(), loadViews()]);
}

const pending = new Set();
let timer = null;

function refetch(...parts) {
  for (const part of parts) pending.add(part);
  // Changes come in bursts; one look shows them all.
  timer ??= setTimeout(async () => {
    timer = null;
    const wanted = new Set(pending);
    pending.clear();
    try {
      await released();
      if (wanted.has("unread")) tell("state");
      if (wanted.has("state")) await loadState();
      await Promise.all([
        wanted.has("messages") && loadMessages(),
        wanted.has("canvas") && loadCanvas(),
        wanted.has("views") && loadViews(),
        wanted.has("tools") && loadTools(),
      ]);
    } catch {
      // The stream notices when the workspace is gone, and everything is fetched anew when it is back.
    }
  }, 40);
}

function heard(change) {
  const isHere = change.channel === null || change.channel === store.channelId;
  if (change.type === "message" && !isHere) {
    store.unread.add(change.channel);
    refetch("unread", ...(store.isAtTools ? ["tools"] : [])); // it may tell of an alert
  }
  if (change.type === "message" || change.type === "reaction" || change.type === "ephemeral") {
    if (isHere) refetch("messages");
    return;
  }
  if (change.type === "canvas") refetch("state", "canvas");
  else if (change.type === "view") refetch("views");
  else if (change.type === "tools") refetch("tools");
  else refetch("state", ...(isHere ? ["messages"] : []));
}

/** Listen to the workspace for as long as the page is open. */
export function listen() {
  const stream = new EventSource("/sandbox/stream");
  // What happened between the first look and this moment would be missed.
  let wasLost = true;
  stream.onopen = () => {
    if (wasLost) refetch("state", "messages", "canvas", "views", "tools");
    wasLost = false;
    tell("connection", true);
  };
  stream.onmessage = (event) => heard(JSON.parse(event.data));
  stream.onerror = () => {
    wasLost = true;
    tell("connection", false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}
