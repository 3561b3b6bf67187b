// The middle of the page: the channel's header, its messages, its composer.

import { openCanvas } from "./address.js";
import { post } from "./api.js";
import { Composer } from "./composer.js";
import { attempt } from "./dialogs.js";
import { h, icon, popover } from "./dom.js";
import { avatar } from "./message.js";
import { MessageList } from "./message-list.js";
import { channel, on, personName, store, tell } from "./store.js";
import { inlineMrkdwn } from "./mrkdwn.js";

/** Fill the element with the channel, and keep it up to date. */
export function mountChannel(root) {
  const header = h("header", { class: "channel-header" });
  const list = new MessageList("channel", openThread);
  const composer = new Composer({});
  const foot = h("div", { class: "channel-foot" });
  root.append(header, list.node, foot);

  const drawHeader = () => header.replaceChildren(...headerParts());
  const drawFoot = () => {
    const current = channel();
    if (current === null) return foot.replaceChildren();
    if (current.is_archived) return foot.replaceChildren(h("div", { class: "notice" }, "This channel is archived. Its record stays readable."));
    if (!current.members.includes(store.me)) return foot.replaceChildren(joinNotice(current));
    composer.setPlace(current.is_im ? current.name : `#${current.name}`);
    if (composer.node.parentNode !== foot) foot.replaceChildren(composer.node);
    return undefined;
  };
  const drawMessages = () => list.show(inChannel(), channelStart());

  on("state", () => {
    drawHeader();
    drawFoot();
    drawMessages();
  });
  on("panel", drawHeader);
  on("messages", drawMessages);
  on("opened", () => {
    drawMessages();
    list.toEnd();
    composer.focus();
  });
  on("said", () => list.toEnd());
  on("highlight", (ts) => {
    const message = store.messages.find((each) => each.ts === ts);
    if (!list.reveal(ts) && message?.thread_ts) list.reveal(message.thread_ts);
  });
}

/** Open a thread beside the channel. */
export function openThread(ts) {
  store.thread = ts;
  store.canvas = null;
  tell("panel");
}

function inChannel() {
  const roots = store.messages.filter((each) => !each.thread_ts || each.thread_ts === each.ts || each.subtype === "thread_broadcast");
  const mine = store.ephemerals.filter((each) => !each.thread_ts && each.response_type !== "in_channel").map((each) => ({ ...each, isEphemeral: true }));
  return [...roots, ...mine].sort((one, two) => (one.ts < two.ts ? -1 : one.ts > two.ts ? 1 : 0));
}

function channelStart() {
  const current = channel();
  if (current === null) return null;
  if (current.is_im) return h("div", { class: "channel-start" }, h("h1", {}, current.name), h("p", { class: "muted" }, "Your direct messages with this app."));
  return h("div", { class: "channel-start" },
    h("h1", {}, current.is_private ? icon("lock", 22) : "# ", current.name),
    h("p", { class: "muted" }, current.purpose || `This is the very beginning of #${current.name}.`));
}

function headerParts() {
  const current = channel();
  if (current === null) return [];
  const canvases = current.canvas_ids ?? [];
  const isOpen = (id) => store.canvas?.id === id;
  const members = h("button", { type: "button", class: "members", title: "Members", on: { click: () => showMembers(members, current) } },
    h("span", { class: "member-faces" }, current.members.slice(0, 3).map((id) => avatar(faceOf(id), 22))), String(current.members.length));
  return [
    h("div", { class: "channel-title" },
      h("h1", {}, current.is_im ? null : icon(current.is_private ? "lock" : "hash", 18), current.name),
      current.topic ? h("span", { class: "topic muted", title: current.topic }, inlineMrkdwn(current.topic)) : null,
      members),
    h("div", { class: "tabs", role: "tablist" },
      h("button", { type: "button", class: store.canvas ? "tab" : "tab active", role: "tab", "aria-selected": String(!store.canvas), on: { click: () => {
        store.canvas = null;
        tell("panel");
      } } }, "Messages"),
      canvases.map((id) => h("button", {
        type: "button", class: isOpen(id) ? "tab active" : "tab", role: "tab", "aria-selected": String(isOpen(id)), on: { click: () => openCanvas(id) },
      }, icon("canvas", 14), h("span", { class: "tab-name" }, store.canvasTitles?.get(id) ?? "Canvas")))),
  ];
}

const faceOf = (id) => {
  const person = store.people.get(id);
  return { name: personName(id), isApp: person?.is_bot, key: id, isOurs: id === store.bot.user_id };
};

function showMembers(anchor, current) {
  popover(anchor, h("div", { class: "menu" }, h("div", { class: "picker-title" }, `Members of #${current.name}`),
    current.members.map((id) => h("div", { class: "menu-person" }, avatar(faceOf(id), 24), personName(id), store.people.get(id)?.is_bot ? h("span", { class: "app-badge" }, "APP") : null))));
}

function joinNotice(current) {
  return h("div", { class: "notice" }, `You are looking at #${current.name}.`,
    h("button", { type: "button", class: "button primary", on: { click: () => attempt(() => post("join", { user: store.me, channel: current.id })) } }, "Join channel"));
}
