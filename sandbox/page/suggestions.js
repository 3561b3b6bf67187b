// What the composer offers while one types: commands, people, channels, emoji.

import { h, icon } from "./dom.js";
import { emoji, namesLike } from "./emoji.js";
import { avatar } from "./message.js";
import { useShortcut } from "./shortcuts.js";
import { OWN } from "./slack-commands.js";
import { humans, store, visibleChannels } from "./store.js";

const WORD = /(^|\s)([@#:])([\p{L}\p{N}_+.-]*)$/u;

/** What fits the text before the cursor: entries with the text they put there, and where it begins. */
export function suggestionsFor(text, { inThread }) {
  const command = /^(\/[\w-]*)$/.exec(text);
  if (command) return inThread ? null : commands(command[1]);
  const running = /^(\/[\w-]+) (.*)$/s.exec(text);
  if (running && !running[2].includes("\n")) {
    const known = [...store.commands, ...OWN].find((each) => each.command === running[1]);
    const word = WORD.exec(text);
    if (known && !word && !inThread) return { from: 0, entries: [], hint: known };
  }
  const word = WORD.exec(text);
  if (!word) return null;
  const from = text.length - word[3].length - 1;
  const start = word[3].toLowerCase();
  const entries = word[2] === "@" ? people(start) : word[2] === "#" ? channels(start) : start.length > 1 ? emojis(start) : [];
  return entries.length ? { from, entries, hint: null } : null;
}

function commands(start) {
  const shortcuts = store.shortcuts.filter((each) => each.kind === "global" && each.name.toLowerCase().includes(start.slice(1))).map((each) => ({
    act: () => useShortcut(each),
    node: h("div", { class: "suggest-command" },
      h("div", {}, icon("bolt", 14), " ", h("strong", {}, each.name), " ", h("span", { class: "usage" }, "shortcut")),
      h("div", { class: "muted small" }, each.description)),
  }));
  const entries = [...store.commands, ...OWN].filter((each) => each.command.startsWith(start)).map((each) => ({
    put: `${each.command} `,
    node: h("div", { class: "suggest-command" },
      h("div", {}, h("strong", {}, each.command), " ", h("span", { class: "usage" }, each.usage_hint ?? "")),
      h("div", { class: "muted small" }, each.description ?? "")),
  }));
  const all = [...entries, ...shortcuts];
  return all.length ? { from: 0, entries: all, hint: null } : null;
}

function people(start) {
  const loud = ["here", "channel"].filter((name) => start && name.startsWith(start)).map((name) => ({
    put: `@${name} `, node: h("div", { class: "suggest-line" }, h("strong", {}, `@${name}`), h("span", { class: "muted" }, "notifies everybody in the channel")),
  }));
  const found = [...humans(), ...[...store.people.values()].filter((person) => person.is_bot)]
    .filter((person) => person.name.toLowerCase().startsWith(start) || person.real_name.toLowerCase().split(/\s+/).some((word) => word.startsWith(start)))
    .slice(0, 7)
    .map((person) => ({
      put: `@${person.name} `,
      node: h("div", { class: "suggest-line" }, avatar({ name: person.real_name || person.name, isApp: person.is_bot, key: person.id, isOurs: person.id === store.bot.user_id }, 22),
        h("strong", {}, person.real_name || person.name), h("span", { class: "muted" }, person.name)),
    }));
  return [...found, ...loud];
}

function channels(start) {
  return visibleChannels().filter((each) => !each.is_im && each.name.startsWith(start)).slice(0, 8)
    .map((each) => ({ put: `#${each.name} `, node: h("div", { class: "suggest-line" }, h("strong", {}, `#${each.name}`)) }));
}

function emojis(start) {
  return namesLike(start, 8).map((name) => ({ put: `:${name}: `, node: h("div", { class: "suggest-line" }, emoji(name), `:${name}:`) }));
}
