// Block Kit as elements, for messages, attachments and modals.

import { h, fragment } from "./dom.js";
import { control } from "./elements.js";
import { plain } from "./plain.js";
import { markdown } from "./markdown.js";
import { anchor, inlineMrkdwn, mrkdwn } from "./mrkdwn.js";
import { richText } from "./rich-text.js";

/**
 * Blocks, each drawn by its type. `desk` is what interactive elements are told to (desk.js).
 */
export function blocks(all, desk) {
  return fragment((all ?? []).map((block) => drawn(block, desk)));
}

function drawn(block, desk) {
  const draw = DRAWERS[block.type];
  const inner = draw ? draw(block, desk) : h("div", { class: "muted" }, `A block of the type ${block.type} stands here.`);
  return h("div", { class: `block block-${block.type}`, data: { block: block.block_id ?? "" } }, inner);
}

/** A text object. */
export function text(object) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return plain(object.text);
}

const image = (block) => h("div", { class: "image-placeholder" },
  "Image: ", block.image_url ? anchor(block.image_url, block.alt_text || block.image_url) : block.alt_text ?? "");

const DRAWERS = {
  section: (block, desk) => fragment(
    h("div", { class: "section" },
      h("div", { class: "section-words" },
        block.text ? h("div", {}, text(block.text)) : null,
        block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, text(field)))) : null),
      block.accessory ? h("div", { class: "accessory" }, accessory(block, desk)) : null)),
  header: (block) => h("div", { class: "header-block", role: "heading", "aria-level": "3" }, text(block.text)),
  context: (block) => (block.elements ?? []).map((element) => (element.type === "image" ? image(element) : h("div", {}, text(element)))),
  divider: () => h("hr"),
  actions: (block, desk) => (block.elements ?? []).map((element) => control(block, element, desk)),
  image: (block) => fragment(block.title ? h("div", { class: "muted" }, text(block.title)) : null, image(block)),
  rich_text: (block) => richText(block),
  markdown: (block) => h("div", { class: "prose" }, markdown(block.text)),
  table: (block) => h("div", { class: "table" }, h("table", {}, h("tbody", {}, (block.rows ?? []).map((row) =>
    h("tr", {}, row.map((cell) => h("td", {}, cell.type === "rich_text" ? richText(cell) : plain(cell.text ?? "")))))))),
  file: (block) => h("div", { class: "muted" }, `File ${block.external_id ?? ""}`),
  video: (block) => anchor(block.title_url ?? block.video_url, block.alt_text ?? "Video"),
  input: (block, desk) => {
    const problem = desk.errors?.[block.block_id];
    const id = `input-${block.block_id}`;
    return h("div", { class: problem ? "field wrong" : "field" },
      h("label", { for: id, class: "label" }, plain(block.label?.text ?? ""), block.optional ? h("span", { class: "muted" }, " (optional)") : null),
      control(block, block.element, desk, { id, isForm: !block.dispatch_action }),
      problem ? h("div", { class: "problem", role: "alert" }, problem) : null,
      block.hint ? h("div", { class: "hint" }, plain(block.hint.text)) : null);
  },
};

function accessory(block, desk) {
  return block.accessory.type === "image" ? image(block.accessory) : control(block, block.accessory, desk);
}

const COLOURS = { good: "#2f9e5b", warning: "#d99a1c", danger: "#cf2f3c" };

/** The attachments that older alert bots use, each beside its coloured bar. */
export function attachments(all, desk) {
  return (all ?? []).map((each) => {
    const hex = /^#?([0-9a-f]{6})$/i.exec(each.color ?? "");
    const colour = hex ? `#${hex[1]}` : COLOURS[each.color] ?? null;
    const words = each.blocks ? blocks(each.blocks, desk) : [
      each.author_name ? h("div", { class: "attachment-author" }, plain(each.author_name)) : null,
      each.title ? h("div", { class: "attachment-title" }, each.title_link ? anchor(each.title_link, plain(each.title)) : plain(each.title)) : null,
      each.text ? h("div", {}, mrkdwn(each.text)) : null,
      each.fields ? h("div", { class: "fields" }, each.fields.map((field) => h("div", {},
        h("strong", {}, plain(field.title ?? "")), h("br"), inlineMrkdwn(field.value ?? "")))) : null,
      !each.text && !each.title && !each.fields && each.fallback ? h("div", {}, plain(each.fallback)) : null,
      each.footer ? h("div", { class: "muted small" }, plain(each.footer)) : null,
    ];
    return fragment(
      each.pretext ? h("div", {}, mrkdwn(each.pretext)) : null,
      h("div", { class: "attachment", style: colour ? { "--bar": colour } : {} }, words));
  });
}
