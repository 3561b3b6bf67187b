// What one may do with a message: react, reply, pin, edit, delete, and the shortcuts of the app.

import { post } from "./api.js";
import { permalink } from "./address.js";
import { attempt, confirmation, toast } from "./dialogs.js";
import { h, iconButton, menuItem, popover } from "./dom.js";
import { emoji } from "./emoji.js";
import { pickEmoji } from "./picker.js";
import { channel, store } from "./store.js";

/** Which message is being edited in place: its ts, or null. */
export const editing = { ts: null };

/** Whether the person may do something with the messages of the open channel. */
export const canAct = () => channel()?.members.includes(store.me) && !channel()?.is_archived;

const here = (message) => ({ user: store.me, channel: store.channelId, ts: message.ts });

const isMine = (message, name) => message.reactions?.some((each) => each.name === name && each.users.includes(store.me));

/** React with an emoji, or take the reaction back. */
export function react(message, name) {
  return attempt(() => post(isMine(message, name) ? "unreact" : "react", { ...here(message), emoji: name }));
}

/** Put a message's address into the clipboard. */
export async function copyLink(message) {
  const address = permalink(store.channelId, message);
  try {
    await navigator.clipboard.writeText(address);
    toast("Link copied");
  } catch {
    toast(address);
  }
}

/** The buttons over a message. At phone width only the last is there, whose menu has all of them. */
export function toolbar(message, settings) {
  const more = iconButton("more", "More actions", () => moreActions(more, message, settings), { data: { key: "more" }, "aria-haspopup": "menu" });
  return h("div", { class: "toolbar", role: "toolbar" },
    canAct() ? h("button", { type: "button", class: "icon-button", title: "Put it on the timeline (:pushpin:)", "aria-label": "Put it on the timeline", on: { click: () => react(message, "pushpin") } }, emoji("pushpin")) : null,
    canAct() ? iconButton("smile", "Add a reaction", (event) => pickEmoji(event.currentTarget, (name) => react(message, name))) : null,
    settings.place === "channel" ? iconButton("reply", "Reply in thread", () => reply(message, settings)) : null,
    more);
}

function reply(message, { openThread }) {
  openThread(message.thread_ts ?? message.ts);
}

async function use(message, shortcut) {
  await attempt(async () => {
    const answer = await post("message_shortcut", { ...here(message), callback_id: shortcut.callback_id });
    if (answer.error) throw new Error(answer.error);
  });
}

async function remove(message) {
  const isSure = await confirmation({ title: "Delete this message?", text: "It disappears for everybody.", yes: "Delete", isDanger: true });
  if (isSure) await attempt(() => post("delete", here(message)));
}

/** A message's menu: the shortcuts that the app declares for messages, and what Slack itself offers. */
export function moreActions(anchor, message, settings) {
  const isOwn = message.user === store.me && !message.bot_id;
  const isPinned = channel()?.pins.some((pin) => pin.ts === message.ts);
  const shortcuts = store.shortcuts.filter((each) => each.kind === "message");
  popover(anchor, h("div", { class: "menu", role: "menu", "aria-label": "Message" },
    shortcuts.map((each) => menuItem([each.name, h("span", { class: "muted small" }, store.bot.real_name)], () => use(message, each), { sign: "bolt" })),
    shortcuts.length ? h("hr") : null,
    canAct() ? menuItem("Add a reaction", () => pickEmoji(anchor, (name) => react(message, name)), { sign: "smile" }) : null,
    settings.place === "channel" ? menuItem("Reply in thread", () => reply(message, settings), { sign: "reply" }) : null,
    canAct() ? menuItem(isPinned ? "Unpin from channel" : "Pin to channel", () => attempt(() => post(isPinned ? "unpin" : "pin", here(message))), { sign: "pin" }) : null,
    menuItem("Copy link", () => copyLink(message), { sign: "link" }),
    isOwn && canAct() ? menuItem("Edit message", () => {
      editing.ts = message.ts;
      settings.redraw();
    }, { sign: "edit" }) : null,
    isOwn && canAct() ? menuItem("Delete message", () => remove(message), { sign: "trash", isDanger: true }) : null));
}
