// Above a channel: its name and topic, its members, its tabs, its links and pins.

import { followPermalink, openApp, openCanvas, permalink, permalinkTarget, canvasTarget } from "./address.js";
import { post } from "./api.js";
import { badge } from "./badges.js";
import { addBookmark, changeTopic, inviteMembers } from "./channel-dialogs.js";
import { attempt } from "./dialogs.js";
import { toggleDrawer } from "./drawer.js";
import { closePopover, h, icon, iconButton, link, menuItem, popover } from "./dom.js";
import { emoji } from "./emoji.js";
import { avatar } from "./message.js";
import { canAct } from "./message-actions.js";
import { inlineMrkdwn, unescape } from "./mrkdwn.js";
import { channel, personName, store, tell } from "./store.js";
import { momentOf, written } from "./times.js";

/** The parts of the header of the channel that is open. */
export function headerParts() {
  const current = channel();
  if (current === null) return [];
  return [
    h("div", { class: "channel-title" },
      iconButton("list", "Channels and people", toggleDrawer, { class: "icon-button drawer-button", data: { key: "drawer" } }),
      h("h1", {}, current.is_im ? null : icon(current.is_private ? "lock" : "hash", 18), h("span", { class: "channel-name" }, current.name)),
      current.is_im ? null : topic(current),
      current.is_im ? null : members(current)),
    h("div", { class: "tabs", role: "tablist" }, current.is_im ? appTabs() : tabs(current)),
    current.is_im ? null : links(current),
  ].filter((part) => part !== null);
}

function topic(current) {
  const words = current.topic ? inlineMrkdwn(current.topic) : canAct() ? "Add a topic" : null;
  if (words === null) return null;
  if (!canAct()) return h("span", { class: "topic muted", title: unescape(current.topic) }, words);
  return h("button", {
    type: "button", class: "topic muted", title: current.topic ? unescape(current.topic) : "Add a topic", data: { key: "topic" }, on: { click: () => changeTopic(current) },
  }, words);
}

function tab(key, words, isOpen, act, sign = null) {
  return h("button", {
    type: "button", class: isOpen ? "tab active" : "tab", role: "tab", "aria-selected": String(isOpen), data: { key }, on: { click: act },
  }, sign ? icon(sign, 14) : null, h("span", { class: "tab-name" }, words));
}

function appTabs() {
  return [
    store.appHome.has_home_tab ? tab("home", "Home", store.tab === "home", () => toApp("home"), "home") : null,
    store.appHome.has_messages_tab ? tab("messages", "Messages", store.tab === "messages", () => toApp("messages")) : null,
  ];
}

/** Go to a tab of the app's place, by the address bar, so that it is opened again after a reload. */
export function toApp(name) {
  if (location.hash === `#app/${name}`) openApp(name);
  else location.hash = `app/${name}`;
}

function tabs(current) {
  const toMessages = () => {
    store.canvas = null;
    tell("panel");
  };
  return [
    tab("messages", "Messages", !store.canvas, toMessages),
    current.canvas_ids.map((id) => tab(id, store.canvasTitles?.get(id) ?? "Canvas", store.canvas?.id === id, () => openCanvas(id), "canvas")),
  ];
}

// --- links and pins ----------------------------------------------------------------------------------

function links(current) {
  if (!current.bookmarks.length && !current.pins.length && !canAct()) return null;
  const pins = h("button", { type: "button", class: "bookmark", title: "What is pinned", data: { key: "pins" }, on: { click: () => showPins(pins, current) } },
    icon("pin", 13), `${current.pins.length} pinned`);
  return h("div", { class: "bookmarks", role: "group", "aria-label": "Links and pins" },
    current.pins.length ? pins : null,
    current.bookmarks.map((each) => h("span", { class: "bookmark-pair" }, bookmarkLink(each),
      canAct() ? iconButton("close", `Remove the link ${each.title}`, () => attempt(() => post("remove_bookmark", { user: store.me, channel: current.id, id: each.id })), { class: "icon-button tiny" }) : null)),
    canAct() ? h("button", { type: "button", class: "bookmark add", data: { key: "bookmark" }, on: { click: () => addBookmark(current) } }, icon("add", 13), "Add a link") : null);
}

function bookmarkLink(each) {
  const sign = each.emoji ? emoji(each.emoji.replaceAll(":", "")) : icon("link", 13);
  if (!permalinkTarget(each.link) && !canvasTarget(each.link)) return h("span", { class: "bookmark" }, sign, link(each.link, each.title));
  return h("a", { class: "bookmark", href: each.link, on: { click: (event) => {
    event.preventDefault();
    followPermalink(each.link);
  } } }, sign, each.title);
}

function showPins(anchor, current) {
  const shown = current.pins.map(({ ts }) => store.messages.find((each) => each.ts === ts)).filter(Boolean);
  popover(anchor, h("div", { class: "menu wide-menu", role: "menu" }, h("div", { class: "picker-title" }, "Pinned"), shown.map((message) => menuItem(
    [h("strong", {}, personName(message.user) ?? message.username), h("span", { class: "pinned-words" }, firstWords(message)),
      h("span", { class: "muted small" }, written(momentOf(message.ts), "UTC", "short"))],
    () => followPermalink(permalink(current.id, message)),
  ))));
}

const firstWords = (message) => unescape(message.text ?? "").replace(/\s+/g, " ").slice(0, 140);

// --- members -----------------------------------------------------------------------------------------

const faceOf = (id) => {
  const person = store.people.get(id);
  return { name: personName(id), isApp: person?.is_bot, key: id, isOurs: id === store.bot.user_id };
};

function members(current) {
  const button = h("button", { type: "button", class: "members", title: "Members", "aria-label": `${current.members.length} members`, data: { key: "members" }, on: { click: () => showMembers(button, current) } },
    h("span", { class: "member-faces" }, current.members.slice(0, 3).map((id) => avatar(faceOf(id), 22))), String(current.members.length));
  return button;
}

function showMembers(anchor, current) {
  popover(anchor, h("div", { class: "menu" }, h("div", { class: "picker-title" }, `Members of #${current.name}`),
    canAct() ? h("button", { type: "button", class: "menu-item", on: { click: () => {
      closePopover();
      inviteMembers(current);
    } } }, icon("add"), "Add people") : null,
    current.members.map((id) => h("div", { class: "menu-person" }, avatar(faceOf(id), 24), personName(id), badge(id)))));
}
