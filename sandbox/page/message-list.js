// A list of messages that is brought up to date in place: what did not change stays untouched.

import { h } from "./dom.js";
import { editing, messageRow } from "./message.js";
import { channelName, store, zone } from "./store.js";
import { momentOf, written } from "./times.js";

const NEAR = 80;
const TOGETHER = 5 * 60;

/** A scrolling list. `place` is "channel" or "thread". */
export class MessageList {
  constructor(place, openThread) {
    this.place = place;
    this.openThread = openThread;
    this.node = h("div", { class: "messages", role: "log", "aria-label": place === "channel" ? "Messages" : "Thread", tabindex: "-1" });
    this.rows = new Map();
    this.days = new Map();
    this.shown = [];
    this.start = null;
    this.isAtEnd = true;
    this.node.addEventListener("scroll", () => {
      this.isAtEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
    }, { passive: true });
    // What stood at the end stays there when a panel opens and the lines get longer.
    new ResizeObserver(() => {
      if (this.isAtEnd) this.toEnd();
    }).observe(this.node);
  }

  /** Show these messages, oldest first; `start` is an element above them. */
  show(messages, start = null) {
    this.shown = messages;
    this.start = start;
    const { isAtEnd } = this;
    arrange(this.node, this.#nodes());
    if (isAtEnd) this.toEnd();
  }

  #nodes() {
    const nodes = this.start ? [this.start] : [];
    const rows = new Map();
    let day = "";
    let before = null;
    for (const message of this.shown) {
      const date = written(momentOf(message.ts), zone(), "day");
      const isNewDay = date !== day;
      if (isNewDay) nodes.push(...this.#day(date));
      day = date;
      const isContinued = !isNewDay && follows(before, message);
      const kept = this.#row(message, isContinued);
      rows.set(message.ts, kept);
      nodes.push(kept.node);
      before = message;
    }
    this.rows = rows;
    return nodes;
  }

  #day(date) {
    if (!this.days.has(date)) this.days.set(date, [h("div", { class: "day-line" }), h("div", { class: "day" }, h("span", {}, date))]);
    return this.days.get(date);
  }

  #row(message, isContinued) {
    const replies = this.place === "channel" && message.reply_count
      ? store.messages.filter((each) => each.thread_ts === message.ts).map((each) => [each.ts, each.deleted]) : null;
    const isEditing = editing.ts === message.ts;
    const print = JSON.stringify([message, isContinued, replies, isEditing, store.me, zone(), store.highlight === message.ts,
      store.people.size, names(message.text), store.channels.find((each) => each.id === store.channelId)?.members.includes(store.me)]);
    const kept = this.rows.get(message.ts);
    if (kept?.print === print) return kept;
    const redraw = () => this.show(this.shown, this.start);
    return { print, node: messageRow(message, { place: this.place, isContinued, openThread: this.openThread, redraw }) };
  }

  /** Scroll to the newest message. */
  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.isAtEnd = true;
  }

  /** Scroll to a message and show that it is meant; false when it is not in the list. */
  reveal(ts) {
    const row = this.rows.get(ts)?.node;
    this.isAtEnd = false;
    row?.scrollIntoView({ block: "center" });
    return row !== undefined;
  }
}

/** Make these nodes the children. What is there already stays in the page, with its focus. */
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}

/** The names of channels that a text mentions: when one is renamed, the row changes too. */
const names = (text) => [...(text ?? "").matchAll(/<#(\w+)/g)].map((found) => channelName(found[1]));

function follows(before, message) {
  if (before === null || before.deleted || before.subtype?.startsWith("channel_")) return false;
  if (message.isEphemeral || before.isEphemeral || message.subtype === "thread_broadcast") return false;
  const isSame = before.user === message.user && before.username === message.username;
  return isSame && Number(message.ts.split(".")[0]) - Number(before.ts.split(".")[0]) < TOGETHER;
}
