// The left side: the workspace, who one is, its channels, its people.

import { goTo, openTools } from "./address.js";
import { badge } from "./badges.js";
import { newChannel } from "./channel-dialogs.js";
import { toApp } from "./channel-header.js";
import { closeDrawer } from "./drawer.js";
import { closePopover, h, icon, iconButton, keepPlace, popover } from "./dom.js";
import { avatar } from "./message.js";
import { become, channel, humans, loadState, me, on, store, visibleChannels, zone } from "./store.js";
import { written } from "./times.js";

/** Fill the element with the sidebar, and keep it up to date. */
export function mountSidebar(root) {
  const draw = () => {
    const restore = keepPlace(root);
    root.replaceChildren(...parts());
    restore();
  };
  on("state person messages panel", draw);
}

function parts() {
  const channels = visibleChannels().filter((each) => !each.is_im);
  const byName = (one, two) => one.name.localeCompare(two.name);
  const open = channels.filter((each) => !each.is_archived).sort(byName);
  const archived = channels.filter((each) => each.is_archived).sort(byName);
  const apps = [...store.people.values()].filter((person) => person.is_bot);
  return [
    h("div", { class: "workspace" },
      h("div", { class: "workspace-name" }, store.team.name),
      h("div", { class: "workspace-clock", title: "The workspace's own clock" }, `${written(store.now, zone(), "short")}, ${written(store.now, zone(), "time")}`)),
    switcher(),
    h("div", { class: "sidebar-scroll" },
      group("Channels", iconButton("add", "Create a channel", () => newChannel((id) => openNew(id))), open.map(channelRow)),
      store.tools ? group("Tools", null, toolsRow()) : null,
      archived.length ? group("Archived", null, archived.map(channelRow)) : null,
      group("People", null, humans().map(personRow)),
      group("Apps", null, apps.map(appRow))),
  ];
}

async function openNew(id) {
  await loadState();
  location.hash = id;
}

function group(title, action, rows) {
  return h("section", { class: "group" }, h("div", { class: "group-title" }, h("h2", {}, title), action), rows);
}

function channelRow(each) {
  const isOpen = each.id === store.channelId;
  const isNew = store.unread.has(each.id) && !isOpen;
  const isMember = each.members.includes(store.me);
  return h("button", {
    type: "button", class: `side-row${isOpen ? " open" : ""}${isNew ? " unread" : ""}${isMember ? "" : " outside"}`,
    "aria-current": isOpen ? "page" : null, title: each.topic ? `${each.name}: ${each.topic}` : each.name, data: { key: each.id },
    on: { click: () => {
      closeDrawer();
      location.hash = each.id;
      goTo(each.id);
    } },
  }, icon(each.is_private ? "lock" : "hash"), h("span", { class: "side-name" }, each.name), isNew ? h("span", { class: "dot" }) : null);
}

function toolsRow() {
  return h("button", {
    type: "button", class: store.isAtTools ? "side-row lit" : "side-row", "aria-pressed": String(store.isAtTools), title: "Fire an alert, close a ticket", data: { key: "tools" },
    on: { click: () => {
      closeDrawer();
      openTools();
    } },
  }, icon("bell"), h("span", { class: "side-name" }, "Connected tools"));
}

function personRow(person) {
  const isMe = person.id === store.me;
  return h("button", {
    type: "button", class: isMe ? "side-row me" : "side-row", title: isMe ? "This is you" : `Be ${person.real_name}`, data: { key: person.id }, on: { click: () => become(person.id) },
  }, avatar({ name: person.real_name || person.name, key: person.id }, 20), h("span", { class: "side-name" }, person.real_name || person.name), badge(person.id),
  isMe ? h("span", { class: "side-note" }, "you") : null);
}

function appRow(person) {
  const isOurs = person.id === store.bot.user_id;
  const isHere = isOurs && store.bot.is_connected;
  const face = [
    avatar({ name: person.real_name || person.name, isApp: true, key: person.id, isOurs }, 20), h("span", { class: "side-name" }, person.real_name || person.name),
    isOurs ? h("span", { class: isHere ? "presence here" : "presence" }) : null,
  ];
  if (!isOurs) return h("div", { class: "side-row still" }, face);
  const isOpen = channel()?.is_im === true;
  const isNew = !isOpen && visibleChannels().some((each) => each.is_im && store.unread.has(each.id));
  return h("button", {
    type: "button", class: `side-row${isOpen ? " open" : ""}${isNew ? " unread" : ""}`, "aria-current": isOpen ? "page" : null, title: isHere ? "Connected" : "Not connected", data: { key: person.id },
    on: { click: () => {
      closeDrawer();
      toApp(store.appHome.has_home_tab && !isNew ? "home" : "messages");
    } },
  }, face);
}

function switcher() {
  const person = me();
  const where = (each) => each.tz.split("/").at(-1).replaceAll("_", " ");
  const button = h("button", { type: "button", class: "switcher", "aria-haspopup": "menu", title: "See the workspace as somebody else", data: { key: "switcher" }, on: { click: () => {
    popover(button, h("div", { class: "menu" }, h("div", { class: "picker-title" }, "Be somebody else"), humans().map((each) => h("button", {
      type: "button", class: each.id === store.me ? "menu-item current" : "menu-item", on: { click: () => {
        closePopover();
        become(each.id);
      } },
    }, avatar({ name: each.real_name || each.name, key: each.id }, 28),
    h("span", { class: "menu-words" }, each.real_name || each.name, h("span", { class: "muted small" }, `${where(each)}, ${written(store.now, each.tz, "time")}`)),
    each.id === store.me ? icon("check") : null))));
  } } }, avatar({ name: person.real_name || person.name, key: person.id }, 32),
  h("span", { class: "switcher-words" }, h("span", { class: "small" }, "You are"), h("strong", {}, person.real_name || person.name)), icon("chevron"));
  return button;
}
