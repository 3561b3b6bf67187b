// Canvas Markdown as elements: what stands within a line.

import { h, fragment } from "./dom.js";
import { character, emoji } from "./emoji.js";
import { pictureAt } from "./files.js";
import { anchor, channelLink, mention } from "./mrkdwn.js";

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** The inline Markdown of a paragraph, heading or cell. */
export function inline(text) {
  return new Reader(text).read();
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.out = [];
    this.plain = "";
  }

  read() {
    while (this.at < this.text.length) {
      if (!this.step()) {
        this.plain += this.text[this.at];
        this.at += 1;
      }
    }
    this.flush();
    return fragment(this.out);
  }

  flush() {
    if (this.plain) this.out.push(this.plain);
    this.plain = "";
  }

  /** Take a finished element that ends at a position. */
  take(node, end) {
    this.flush();
    this.out.push(node);
    this.at = end;
    return true;
  }

  say(words, end) {
    this.plain += words;
    this.at = end;
    return true;
  }

  step() {
    switch (this.text[this.at]) {
      case "\\": return this.escape();
      case "`": return this.code();
      case "!": return this.picture();
      case "[": return this.link();
      case "<": return this.angle();
      case "&": return this.entity();
      case "*": case "_": return this.emphasis();
      case "~": return this.struck();
      case "\n": return this.lineEnd();
      case ":": return this.emoji();
      case "h": return this.address();
      default: return false;
    }
  }

  escape() {
    const next = this.text[this.at + 1];
    if (next === "\n") return this.take(h("br"), this.at + 2);
    if (next === undefined || !PUNCTUATION.test(next)) return false;
    return this.say(next, this.at + 2);
  }

  code() {
    const span = codeAt(this.text, this.at);
    if (span === null) {
      const run = /^`+/.exec(this.text.slice(this.at))[0];
      return this.say(run, this.at + run.length);
    }
    return this.take(h("code", {}, span.code), span.end);
  }

  picture() {
    if (this.text[this.at + 1] !== "[") return false;
    const found = linkAt(this.text, this.at + 1);
    if (found === null) return false;
    const sign = found.url[0];
    if (sign === "@") return this.take(mention(found.url.slice(1)), found.end);
    if (sign === "#") return this.take(channelLink(found.url.slice(1)), found.end);
    const label = found.label || found.url;
    const shown = pictureAt(found.url, plainWords(found.label))
      ?? h("span", { class: "image-placeholder" }, "Image: ", anchor(found.url, label));
    return this.take(shown, found.end);
  }

  link() {
    const found = linkAt(this.text, this.at);
    return found !== null && this.take(anchor(found.url, inline(found.label)), found.end);
  }

  angle() {
    const rest = this.text.slice(this.at);
    const lineBreak = /^<br\s*\/?>/i.exec(rest);
    if (lineBreak) return this.take(h("br"), this.at + lineBreak[0].length);
    const address = /^<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>/i.exec(rest);
    if (!address) return false;
    return this.take(anchor(address[1], address[1].replace(/^mailto:/, "")), this.at + address[0].length);
  }

  entity() {
    const found = /^&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]+));/.exec(this.text.slice(this.at));
    if (!found) return false;
    const [whole, decimal, hex, name] = found;
    if (name !== undefined) return name in NAMED && this.say(NAMED[name], this.at + whole.length);
    const point = Number.parseInt(decimal ?? hex, decimal ? 10 : 16);
    const isCharacter = point > 0 && point <= 0x10ffff;
    return this.say(isCharacter ? String.fromCodePoint(point) : "\ufffd", this.at + whole.length);
  }

  emphasis() {
    const sign = this.text[this.at];
    const run = /^(\*+|_+)/.exec(this.text.slice(this.at))[0];
    for (const size of run.length > 1 ? [2, 1] : [1]) {
      const mark = sign.repeat(size);
      const end = closing(this.text, this.at, mark);
      if (end !== null) {
        const inner = inline(this.text.slice(this.at + size, end));
        return this.take(h(size === 2 ? "strong" : "em", {}, inner), end + size);
      }
    }
    return this.say(run, this.at + run.length);
  }

  struck() {
    if (this.text[this.at + 1] !== "~") return false;
    const end = closing(this.text, this.at, "~~");
    return end !== null && this.take(h("s", {}, inline(this.text.slice(this.at + 2, end))), end + 2);
  }

  lineEnd() {
    const isHard = this.plain.endsWith("  ");
    this.plain = this.plain.trimEnd();
    return isHard ? this.take(h("br"), this.at + 1) : this.say("\n", this.at + 1);
  }

  emoji() {
    const found = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/.exec(this.text.slice(this.at));
    if (!found || character(found[1]) === null) return false;
    return this.take(emoji(found[1]), this.at + found[0].length);
  }

  address() {
    if (/[\p{L}\p{N}_]$/u.test(this.plain)) return false;
    const found = /^https?:\/\/[^\s<>|\\`"]+/.exec(this.text.slice(this.at));
    if (!found) return false;
    let url = found[0].replace(/[.,;:!?'*_~]+$/, "");
    while (url.endsWith(")") && url.split(")").length > url.split("(").length) url = url.slice(0, -1);
    return this.take(anchor(url, url), this.at + url.length);
  }
}

/** The label of a picture without its escapes, since it is read out and not shown. */
function plainWords(label) {
  return label.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}

function codeAt(text, at) {
  const run = /^`+/.exec(text.slice(at))[0];
  const closer = new RegExp(`(?<!\`)${run}(?!\`)`, "g");
  closer.lastIndex = at + run.length;
  const found = closer.exec(text);
  if (!found) return null;
  let code = text.slice(at + run.length, found.index).replaceAll("\n", " ");
  if (code.startsWith(" ") && code.endsWith(" ") && code.trim()) code = code.slice(1, -1);
  return { code, end: found.index + run.length };
}

/** The end of what stands at a position and hides its punctuation: an escape or a code span. */
function skipped(text, at) {
  if (text[at] === "\\") return at + 2;
  if (text[at] === "`") return codeAt(text, at)?.end ?? at + /^`+/.exec(text.slice(at))[0].length;
  return null;
}

function linkAt(text, at) {
  let depth = 0;
  let end = at;
  while (end < text.length) {
    const past = skipped(text, end);
    if (past !== null) {
      end = past;
      continue;
    }
    if (text[end] === "[") depth += 1;
    if (text[end] === "]" && (depth -= 1) === 0) break;
    end += 1;
  }
  if (text[end + 1] !== "(") return null;
  const found = /^\(\s*(?:<([^<>\n]*)>|((?:\\.|[^\s()\\]|\\|\((?:\\.|[^\s()\\])*\))*))(?:\s+"(?:[^"\\]|\\.)*")?\s*\)/
    .exec(text.slice(end + 1));
  if (!found) return null;
  const url = (found[1] ?? found[2] ?? "").replace(/\\([!-/:-@[-`{-~])/g, "$1");
  return { label: text.slice(at + 1, end), url, end: end + 1 + found[0].length };
}

/** Where a run of emphasis signs that opens at a position is closed, or null. */
function closing(text, at, mark) {
  const sign = mark[0];
  const isWordSign = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
  const after = text[at + mark.length];
  if (after === undefined || /\s/.test(after)) return null;
  if (sign === "_" && isWordSign(text[at - 1])) return null;
  let end = at + mark.length;
  while (end < text.length) {
    const past = skipped(text, end);
    if (past !== null) {
      end = past;
    } else if (text.startsWith(mark, end) && !/\s/.test(text[end - 1]) && end > at + mark.length) {
      const isLonger = text[end + mark.length] === sign && mark.length === 1 && text[end + 2] !== sign;
      const isInWord = sign === "_" && isWordSign(text[end + mark.length]);
      if (!isLonger && !isInWord) return end;
      end += isLonger ? 2 : 1;
    } else end += 1;
  }
  return null;
}
