// One message: who, when, what, reactions, and what one may do with it.

import { post } from "./api.js";
import { permalink } from "./address.js";
import { badge } from "./badges.js";
import { attachments, blocks } from "./blocks.js";
import { Desk } from "./desk.js";
import { attachedFile } from "./files.js";
import { attempt } from "./dialogs.js";
import { autosize, fragment, h, icon, iconButton } from "./dom.js";
import { character, emoji } from "./emoji.js";
import { canAct, copyLink, editing, react, toolbar } from "./message-actions.js";
import { inlineMrkdwn, mrkdwn, typed } from "./mrkdwn.js";
import { pickEmoji } from "./picker.js";
import { channel, dismiss, personName, store, zone } from "./store.js";
import { momentOf, written } from "./times.js";

const SYSTEM = new Set(["channel_join", "channel_leave", "channel_name", "channel_topic", "channel_purpose",
  "channel_archive", "group_join", "group_leave", "group_name", "group_topic", "group_purpose", "group_archive"]);

const COLOURS = 10;

/** Who wrote a message: a name, whether it is an app, and what the avatar is drawn from. */
export function author(message) {
  const person = store.people.get(message.user);
  if (message.username) return { name: message.username, isApp: true, key: message.username };
  if (!person) return { name: message.bot_id ? "App" : "Slackbot", isApp: true, key: message.bot_id ?? "slackbot" };
  return { name: person.real_name || person.name, isApp: person.is_bot, key: person.id, isOurs: person.id === store.bot.user_id };
}

/** A person's initials, or an app's sign, on a colour of their own. */
export function avatar({ name, isApp, key, isOurs }, size = 36) {
  const words = name.trim().split(/\s+/);
  const initials = words.length > 1 ? [...words[0]][0] + [...words.at(-1)][0] : [...name].slice(0, isApp ? 1 : 2).join("");
  const hue = Math.max(0, [...store.people.keys()].indexOf(key)) % COLOURS;
  const kind = isOurs ? "avatar ours" : isApp ? "avatar app-avatar" : `avatar hue-${hue}`;
  return h("span", { class: kind, style: { "--size": `${size}px` }, "aria-hidden": "true" }, isOurs ? icon("quill", size * 0.56) : initials.toUpperCase());
}

/** A message as a row. `place` is "channel" or "thread"; `openThread` is called with the root's ts. */
export function messageRow(message, { place, isContinued = false, openThread, redraw }) {
  if (SYSTEM.has(message.subtype)) return systemRow(message);
  if (message.deleted) return deletedRow(message, place, openThread);
  const who = message.isEphemeral ? author({ user: store.bot.user_id }) : author(message);
  const moment = momentOf(message.ts);
  const clock = (isShort) => h("a", {
    class: isShort ? "row-time" : "time", href: permalink(store.channelId, message), title: written(moment, zone(), "whole"),
    on: { click: (event) => {
      event.preventDefault();
      copyLink(message);
    } },
  }, written(moment, zone(), "time"));
  const isEditing = editing.ts === message.ts;
  return h("article", {
    tabindex: "-1",
    class: `message${isContinued ? " continued" : ""}${message.isEphemeral ? " ephemeral" : ""}${store.highlight === message.ts ? " highlighted" : ""}`,
    data: { ts: message.ts, key: message.ts },
  },
  h("div", { class: "gutter" }, isContinued ? clock(true) : avatar(who)),
  h("div", { class: "body" },
    message.isEphemeral ? ephemeralNote(message) : null,
    pinNote(message),
    place === "channel" && message.subtype === "thread_broadcast" ? broadcastNote(message, openThread) : null,
    isContinued ? null : h("div", { class: "byline" }, h("span", { class: "author" }, who.name), who.isApp ? h("span", { class: "app-badge" }, "APP") : badge(message.user), clock(false)),
    isEditing ? editor(message, redraw) : content(message),
    reactions(message),
    place === "channel" ? threadLine(message, openThread) : null),
  isEditing || message.isEphemeral ? null : toolbar(message, { place, openThread, redraw }));
}

function systemRow(message) {
  const moment = momentOf(message.ts);
  return h("article", { class: "message system", tabindex: "-1", data: { ts: message.ts, key: message.ts } },
    h("div", { class: "gutter" }), h("div", { class: "body muted" }, inlineMrkdwn(message.text), " ",
      h("span", { class: "small", title: written(moment, zone(), "whole") }, written(moment, zone(), "time"))));
}

function deletedRow(message, place, openThread) {
  return h("article", { class: "message system deleted", tabindex: "-1", data: { ts: message.ts, key: message.ts } },
    h("div", { class: "gutter" }, icon("trash", 14)),
    h("div", { class: "body muted" }, "This message was deleted.", place === "channel" ? threadLine(message, openThread) : null));
}

function ephemeralNote(message) {
  return h("div", { class: "ephemeral-note" }, "Only visible to you",
    h("button", { type: "button", class: "text-button", on: { click: () => dismiss(message.ts) } }, "Dismiss"));
}

function pinNote(message) {
  const pin = channel()?.pins.find((each) => each.ts === message.ts);
  return pin ? h("div", { class: "pin-note muted small" }, icon("pin", 12), ` Pinned by ${pin.user === store.me ? "you" : personName(pin.user)}`) : null;
}

function broadcastNote(message, openThread) {
  return h("div", { class: "muted small" }, "replied to ",
    h("button", { type: "button", class: "text-button", on: { click: () => openThread(message.thread_ts) } }, "a thread"));
}

const isOnlyEmoji = (text) => text.length < 120 && /^(?::[a-z0-9_+'-]+:\s*)+$/.test(text)
  && text.match(/:[a-z0-9_+'-]+:/g).every((name) => character(name.slice(1, -1)) !== null);

const desks = new Map();

/** What each person put into a message's elements, kept while its row is drawn anew. */
function deskOf(message) {
  const key = `${store.me} ${store.channelId} ${message.ts}`;
  if (!desks.has(key)) desks.set(key, new Desk());
  const desk = desks.get(key);
  const place = { channel: store.channelId, message_ts: message.ts };
  desk.where = () => ({ ...place, blocks: message.blocks });
  return desk;
}

/** What was said: blocks where there are some, otherwise the text; then attachments and files. */
function content(message) {
  const desk = deskOf(message);
  const words = message.blocks?.length ? blocks(message.blocks, desk) : message.text ? mrkdwn(message.text) : null;
  return h("div", { class: !message.blocks?.length && isOnlyEmoji(message.text ?? "") ? "content jumbo" : "content" },
    words,
    message.edited && !message.blocks?.length ? h("span", { class: "edited", title: `by ${personName(message.edited.user)}` }, " (edited)") : null,
    attachments(message.attachments, desk),
    (message.files ?? []).map(attachedFile));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" },
    message.reactions.map((reaction) => {
      const isMine = reaction.users.includes(store.me);
      const who = reaction.users.map((user) => (user === store.me ? "You" : personName(user))).join(", ");
      return h("button", {
        type: "button", class: isMine ? "reaction mine" : "reaction", "aria-pressed": String(isMine),
        title: `${who} reacted with :${reaction.name}:`, data: { key: reaction.name }, on: { click: () => react(message, reaction.name) },
      }, emoji(reaction.name), h("span", {}, reaction.count));
    }),
    canAct() ? iconButton("smile", "Add a reaction", (event) => pickEmoji(event.currentTarget, (name) => react(message, name)), { class: "reaction add" }) : null);
}

function threadLine(message, openThread) {
  if (!message.reply_count) return null;
  const replies = store.messages.filter((each) => each.thread_ts === message.ts && each.ts !== message.ts && !each.deleted);
  const people = [...new Map(replies.map((reply) => [author(reply).key, author(reply)])).values()].slice(0, 4);
  const last = replies.at(-1);
  return h("button", { type: "button", class: "thread-line", data: { key: "thread" }, on: { click: () => openThread(message.ts) } },
    h("span", { class: "thread-people" }, people.map((who) => avatar(who, 22))),
    h("span", { class: "thread-count" }, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    last ? h("span", { class: "muted small" }, `Last reply at ${written(momentOf(last.ts), zone(), "time")}`) : null);
}

function editor(message, redraw) {
  const area = h("textarea", { rows: 1, "aria-label": "Edit message" });
  area.value = typed(message.text ?? "");
  const end = () => {
    editing.ts = null;
    redraw();
  };
  const save = async () => {
    const text = area.value.trim();
    if (!text || text === typed(message.text ?? "")) return end();
    if (await attempt(() => post("edit", { user: store.me, channel: store.channelId, ts: message.ts, text }))) end();
    return undefined;
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      end();
    }
  });
  autosize(area);
  requestAnimationFrame(() => area.focus());
  return fragment(h("div", { class: "edit-box" }, area, h("div", { class: "edit-actions" },
    h("button", { type: "button", class: "button small", on: { click: end } }, "Cancel"),
    h("button", { type: "button", class: "button small primary", on: { click: save } }, "Save"))));
}
