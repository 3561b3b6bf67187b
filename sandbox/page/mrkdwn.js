// Slack's message text as elements, and back into what a person would have typed.

import { h, fragment, link } from "./dom.js";
import { emoji, character } from "./emoji.js";
import { channelName, personName, store, zone } from "./store.js";
import { fromPattern } from "./times.js";
import { canvasTarget, followPermalink, isOfTools, permalinkTarget } from "./address.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (found) => ENTITIES[found]);

// Finished pieces are kept aside under a mark of two private characters while emphasis is looked for.
const OPEN = "\uE000";
const SHUT = "\uE001";
const KEPT = new RegExp(`${OPEN}(\\d+)${SHUT}`);

/** Message text, with its quotes and code blocks. */
export function mrkdwn(text) {
  const clean = String(text).replaceAll(OPEN, "").replaceAll(SHUT, "");
  const parts = clean.split(/```([\s\S]+?)```/);
  return fragment(parts.map((part, index) => (index % 2 ? fence(part) : prose(part, index > 0, index < parts.length - 1))));
}

/** Message text in one line, for fields and summaries. */
export function inlineMrkdwn(text) {
  return inline(String(text).replaceAll(OPEN, "").replaceAll(SHUT, ""));
}

function fence(code) {
  return h("pre", {}, h("code", {}, inCode(code.replace(/^\n/, "").replace(/\n$/, ""))));
}

// In code, addresses are still links of Slack's making.
const inCode = (code) => unescape(code.replace(/<((?:https?|mailto):[^<>|]+)(?:\|([^<>]*))?>/g, (_, url, label) => label ?? url));

function prose(text, isAfterCode, isBeforeCode) {
  let shown = text;
  if (isAfterCode) shown = shown.replace(/^\n/, "");
  if (isBeforeCode) shown = shown.replace(/\n$/, "");
  if (!shown) return null;
  const out = [];
  let lines = [];
  let quote = [];
  const endLines = () => {
    if (lines.length) out.push(h("div", { class: "text" }, inline(lines.join("\n"))));
    lines = [];
  };
  const endQuote = () => {
    if (quote.length) out.push(h("blockquote", {}, inline(quote.join("\n"))));
    quote = [];
  };
  const all = shown.split("\n");
  for (let at = 0; at < all.length; at += 1) {
    if (all[at].startsWith("&gt;&gt;&gt;")) {
      endLines();
      quote.push(all[at].slice(12).trimStart(), ...all.slice(at + 1));
      break;
    }
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(all[at]);
    if (quoted) {
      endLines();
      quote.push(quoted[1]);
    } else {
      endQuote();
      lines.push(all[at]);
    }
  }
  endLines();
  endQuote();
  return out;
}

function inline(text) {
  const kept = [];
  const keep = (node) => `${OPEN}${kept.push(node) - 1}${SHUT}`;
  const marked = text
    .replace(/`([^`\n]+)`/g, (_, code) => keep(h("code", {}, inCode(code))))
    .replace(/<([^<>\n]+)>/g, (_, entity) => keep(special(entity)))
    .replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (whole, name) => (character(name) === null ? whole : keep(emoji(name))));
  return emphasis(marked, kept);
}

const STYLES = [
  [/(^|[^\p{L}\p{N}*])\*(?=\S)([^*\n]*?[^\s*])\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(^|[^\p{L}\p{N}_])_(?=\S)([^_\n]*?[^\s_])_(?![\p{L}\p{N}_])/u, "em"],
  [/(^|[^\p{L}\p{N}~])~(?=\S)([^~\n]*?[^\s~])~(?![\p{L}\p{N}~])/u, "s"],
];

function emphasis(text, kept) {
  let first = null;
  for (const [pattern, tag] of STYLES) {
    const found = pattern.exec(text);
    if (found && (first === null || found.index + found[1].length < first.at)) {
      first = { at: found.index + found[1].length, found, tag };
    }
  }
  if (first === null) return pieces(text, kept);
  const end = first.found.index + first.found[0].length;
  return fragment(
    pieces(text.slice(0, first.at), kept),
    h(first.tag, {}, emphasis(first.found[2], kept)),
    emphasis(text.slice(end), kept),
  );
}

function pieces(text, kept) {
  const parts = text.split(KEPT);
  return fragment(parts.map((part, index) => (index % 2 ? kept[Number(part)] : broken(unescape(part)))));
}

function broken(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function special(entity) {
  const [target, label] = split(entity);
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? "@group");
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${target.slice(1)}`);
  const url = unescape(target);
  return anchor(url, label === null ? url.replace(/^mailto:/, "") : unescape(label));
}

function split(entity) {
  const at = entity.indexOf("|");
  return at < 0 ? [entity, null] : [entity.slice(0, at), entity.slice(at + 1)];
}

/** A link; one to a message, canvas, alert or ticket of this workspace opens it here. */
export function anchor(url, ...words) {
  const node = link(url, ...words);
  if (permalinkTarget(url) !== null || canvasTarget(url) !== null || isOfTools(url)) {
    node.addEventListener("click", (event) => {
      event.preventDefault();
      followPermalink(url);
    });
  }
  return node;
}

/** A person's name as it stands in text. */
export function mention(id) {
  const isMe = id === store.me;
  return h("span", { class: isMe ? "mention me" : "mention" }, `@${personName(id)}`);
}

/** A channel's name that opens the channel. */
export function channelLink(id, label = null) {
  const name = channelName(id) ?? label ?? id;
  if (channelName(id) === null) return h("span", { class: "mention" }, `#${name}`);
  return h("a", { class: "mention", href: `#${id}` }, `#${name}`);
}

function date(target, label) {
  const [, seconds, pattern, address] = target.split("^");
  const shown = fromPattern(seconds, pattern ?? "", zone(), store.now) ?? label ?? seconds;
  const node = h("time", { class: "date", title: unescape(label ?? "") }, unescape(shown));
  return address ? link(unescape(address), node) : node;
}

/** What a person would have typed to get this text: for editing a message. */
export function typed(text) {
  const plain = text.replace(/<([^<>\n]+)>/g, (_, entity) => {
    const [target, label] = split(entity);
    if (target.startsWith("@")) return `@${store.people.get(target.slice(1))?.name ?? target.slice(1)}`;
    if (target.startsWith("#")) return `#${channelName(target.slice(1)) ?? label ?? ""}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1)}`;
    return target.replace(/^mailto:/, "");
  });
  return unescape(plain);
}
