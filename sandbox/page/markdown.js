// Canvas Markdown as elements: the blocks. What stands within a line is in markdown-inline.js.

import { h, fragment } from "./dom.js";
import { inline } from "./markdown-inline.js";

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const FENCE = /^( {0,3})(`{3,}|~{3,})(.*)$/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(?:([ \t]+)(.*)|[ \t]*)$/;
const CHECK = /^\[([ xX])\][ \t]+(.*)$/s;
const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** A whole text. */
export function markdown(text) {
  return blocks(String(text).replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n"));
}

function blocks(lines) {
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (!line.trim()) {
      at += 1;
      continue;
    }
    const read = fence(lines, at) ?? heading(line, at) ?? rule(line, at) ?? quote(lines, at)
      ?? table(lines, at) ?? list(lines, at) ?? paragraph(lines, at);
    out.push(read.node);
    at = read.next;
  }
  return fragment(out);
}

function fence(lines, at) {
  const opening = FENCE.exec(lines[at]);
  if (!opening || (opening[2][0] === "`" && opening[3].includes("`"))) return null;
  const indent = opening[1].length;
  const code = [];
  let next = at + 1;
  const isEnd = (line) => {
    const found = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line);
    return found !== null && found[1][0] === opening[2][0] && found[1].length >= opening[2].length;
  };
  while (next < lines.length && !isEnd(lines[next])) {
    code.push(lines[next].replace(new RegExp(`^ {0,${indent}}`), ""));
    next += 1;
  }
  return { node: h("pre", {}, h("code", {}, code.join("\n"))), next: next + 1 };
}

function heading(line, at) {
  const found = HEADING.exec(line);
  if (!found) return null;
  return { node: h(`h${Math.min(found[1].length, 4)}`, {}, inline(found[2] ?? "")), next: at + 1 };
}

function rule(line, at) {
  return RULE.test(line) ? { node: h("hr"), next: at + 1 } : null;
}

function quote(lines, at) {
  const held = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const found = /^ {0,3}> ?(.*)$/.exec(lines[next]);
    if (!found) break;
    held.push(found[1]);
  }
  return held.length ? { node: h("blockquote", {}, blocks(held)), next } : null;
}

function cells(row) {
  const inner = row.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function table(lines, at) {
  const delimiter = lines[at + 1] ?? "";
  if (!lines[at].includes("|") || !DELIMITER.test(delimiter) || !delimiter.includes("-")) return null;
  const head = cells(lines[at]);
  const sides = cells(delimiter).map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : null));
  if (head.length !== sides.length) return null;
  const rows = [];
  let next = at + 2;
  for (; next < lines.length && lines[next].includes("|") && lines[next].trim(); next += 1) rows.push(cells(lines[next]));
  const cell = (tag, text, column) => h(tag, { style: sides[column] ? { "text-align": sides[column] } : {} }, inline(text ?? ""));
  return {
    node: h("div", { class: "table" }, h("table", {},
      h("thead", {}, h("tr", {}, head.map((text, column) => cell("th", text, column)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, head.map((_, column) => cell("td", row[column], column)))))) ),
    next,
  };
}

/** One list: items of the same kind, each with whatever is indented below it. */
function list(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const isOrdered = /\d/.test(first[2]);
  const items = [];
  let isLoose = false;
  let next = at;
  while (next < lines.length) {
    const found = ITEM.exec(lines[next]);
    if (!found || /\d/.test(found[2]) !== isOrdered || RULE.test(lines[next])) break;
    const indent = found[1].length + found[2].length + Math.min((found[3] ?? " ").length, 4);
    const held = [found[4] ?? ""];
    next += 1;
    while (next < lines.length) {
      const line = lines[next];
      if (line.trim() && line.search(/\S/) >= Math.min(indent, found[1].length + 2)) {
        held.push(line.slice(Math.min(indent, line.search(/\S/))));
      } else if (!line.trim() && (lines[next + 1] ?? "").search(/\S/) >= 2) {
        held.push("");
        isLoose = true;
      } else if (line.trim() && held.at(-1) !== "" && !ITEM.test(line) && !startsBlock(lines, next)) {
        held.push(line.trimStart());
      } else break;
      next += 1;
    }
    items.push(held);
    if (next < lines.length && !lines[next].trim() && ITEM.test(lines[next + 1] ?? "")) {
      next += 1;
      isLoose = true;
    }
  }
  const start = isOrdered ? Number.parseInt(first[2], 10) : null;
  const node = h(isOrdered ? "ol" : "ul", { start: start === 1 ? null : start }, items.map((held) => item(held, isLoose)));
  return { node, next };
}

function item(lines, isLoose) {
  const check = CHECK.exec(lines[0]);
  const rest = check ? [check[2], ...lines.slice(1)] : lines;
  const content = blocks(rest);
  const leading = content.firstElementChild;
  if (!isLoose && leading?.tagName === "P") leading.replaceWith(...leading.childNodes);
  if (!check) return h("li", {}, content);
  const isDone = check[1] !== " ";
  const box = h("input", { type: "checkbox", disabled: true, checked: isDone });
  return h("li", { class: isDone ? "check done" : "check" }, box, h("div", {}, content));
}

function startsBlock(lines, at) {
  const line = lines[at];
  return HEADING.test(line) || RULE.test(line) || FENCE.test(line) || /^ {0,3}>/.test(line) || ITEM.test(line);
}

function paragraph(lines, at) {
  const held = [lines[at].trimStart()];
  let next = at + 1;
  while (next < lines.length && lines[next].trim() && !startsBlock(lines, next) && !isTable(lines, next)) {
    held.push(lines[next].trimStart());
    next += 1;
  }
  return { node: h("p", {}, inline(held.join("\n").trimEnd())), next };
}

const isTable = (lines, at) => lines[at].includes("|") && DELIMITER.test(lines[at + 1] ?? "");
