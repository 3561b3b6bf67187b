// Emoji by Slack's short names.

import { CHARACTERS } from "./emoji-names.js";
import { h } from "./dom.js";

/** The ones an incident needs, in the order in which it needs them. */
export const INCIDENT = [
  ["pushpin", "timeline"],
  ["mag", "root cause"],
  ["dart", "action item"],
  ["bulb", "lesson"],
  ["boom", "impact"],
  ["book", "background"],
  ["white_check_mark", ""],
  ["+1", ""],
  ["eyes", ""],
];

const TONES = { "skin-tone-2": "🏻", "skin-tone-3": "🏼", "skin-tone-4": "🏽", "skin-tone-5": "🏾", "skin-tone-6": "🏿" };

/** The character of a name such as `+1::skin-tone-3`, or null for one that has none. */
export function character(name) {
  const [base, tone] = name.split("::");
  const found = CHARACTERS.get(base);
  return found === undefined ? null : found + (TONES[tone] ?? "");
}

/** An emoji to be seen, its name as title; unknown ones stay as they were typed. */
export function emoji(name) {
  const found = character(name);
  if (found === null) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", title: `:${name}:`, role: "img", "aria-label": name }, found);
}

/** Names that begin with these letters, then those that contain them. */
export function namesLike(start, most = 8) {
  const wanted = start.toLowerCase();
  const names = [...CHARACTERS.keys()];
  const first = names.filter((name) => name.startsWith(wanted));
  const more = names.filter((name) => !name.startsWith(wanted) && name.includes(wanted));
  return [...first.sort((one, two) => one.length - two.length), ...more].slice(0, most);
}
