// The rich_text block: what Slack's own editor makes of a message.

import { h, fragment } from "./dom.js";
import { emoji } from "./emoji.js";
import { anchor, channelLink, mention } from "./mrkdwn.js";
import { store, zone } from "./store.js";
import { fromPattern } from "./times.js";

/** A rich_text block. */
export function richText(block) {
  return h("div", { class: "rich-text" }, (block.elements ?? []).map(part));
}

function part(element) {
  const inner = () => lines(element.elements ?? []);
  switch (element.type) {
    case "rich_text_section": return h("div", {}, inner());
    case "rich_text_quote": return h("blockquote", {}, inner());
    case "rich_text_preformatted": return h("pre", {}, h("code", {}, inner()));
    case "rich_text_list": {
      const tag = element.style === "ordered" ? "ol" : "ul";
      const indent = Number(element.indent ?? 0);
      return h(tag, { style: { "margin-left": `${indent * 1.5}em` } }, (element.elements ?? []).map((item) => h("li", {}, lines(item.elements ?? []))));
    }
    default: return null;
  }
}

const lines = (elements) => fragment(elements.map(styled));

function styled(element) {
  let node = piece(element);
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]]) {
    if (element.style?.[name]) node = h(tag, {}, node);
  }
  return node;
}

function piece(element) {
  switch (element.type) {
    case "text": return String(element.text ?? "").split("\n").flatMap((line, at) => (at ? [h("br"), line] : [line]));
    case "link": return anchor(element.url, element.text || element.url);
    case "emoji": return emoji(element.skin_tone ? `${element.name}::skin-tone-${element.skin_tone}` : element.name);
    case "user": return mention(element.user_id);
    case "channel": return channelLink(element.channel_id);
    case "usergroup": return h("span", { class: "mention" }, "@group");
    case "broadcast": return h("span", { class: "mention loud" }, `@${element.range}`);
    case "date": return fromPattern(element.timestamp, element.format ?? "{date}", zone(), store.now) ?? element.fallback ?? "";
    case "color": return h("code", {}, element.value);
    default: return String(element.text ?? "");
  }
}
