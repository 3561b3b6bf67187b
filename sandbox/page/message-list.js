// A list of messages that is brought up to date in place: what did not change stays untouched.

import { h, keepPlace } from "./dom.js";
import { messageRow } from "./message.js";
import { editing, moreActions } from "./message-actions.js";
import { channel, channelNamesIn, store, zone } from "./store.js";
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
    this.current = null;
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.node.addEventListener("focusin", (event) => this.#enter(event.target.closest(".message")?.dataset.ts));
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
    const restore = keepPlace(this.node);
    arrange(this.node, this.#nodes());
    this.#enter(this.rows.has(this.current) && this.node.contains(document.activeElement) ? this.current : this.shown.at(-1)?.ts);
    restore();
    if (isAtEnd) this.toEnd();
  }

  /** Tab reaches one message of the list; from there arrows lead to the others. */
  #enter(ts) {
    if (ts === undefined) return;
    this.current = ts;
    for (const [each, { node }] of this.rows) node.tabIndex = each === ts ? 0 : -1;
  }

  #key(event) {
    const row = event.target.closest(".message");
    if (row === null || event.target !== row) {
      if (event.key === "Escape" && row !== null && !event.target.matches("textarea, input")) {
        event.preventDefault();
        row.focus();
      }
      return;
    }
    const all = this.shown.map((each) => each.ts);
    const at = all.indexOf(row.dataset.ts);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const next = this.rows.get(all[to])?.node;
      next?.focus();
      next?.scrollIntoView({ block: "nearest" });
    }
    const message = this.shown[at];
    const more = row.querySelector(".toolbar [data-key=more]");
    if (event.key === "Enter" && more) {
      event.preventDefault();
      moreActions(more, message, this.#settings());
    }
  }

  #settings() {
    return { place: this.place, openThread: this.openThread, redraw: () => this.show(this.shown, this.start) };
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
    const said = JSON.stringify(message);
    const minute = said.includes("{ago}") ? Math.floor(store.now / 60000) : null;
    const print = JSON.stringify([said, minute, isContinued, replies, isEditing, store.me, zone(), store.highlight === message.ts,
      store.people.size, channelNamesIn(said), channel()?.members.includes(store.me), channel()?.pins.find((pin) => pin.ts === message.ts)]);
    const kept = this.rows.get(message.ts);
    if (kept?.print === print) return kept;
    return { print, node: messageRow(message, { ...this.#settings(), isContinued }) };
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

function follows(before, message) {
  if (before === null || before.deleted || before.subtype?.startsWith("channel_")) return false;
  if (message.isEphemeral || before.isEphemeral || message.subtype === "thread_broadcast") return false;
  const isSame = before.user === message.user && before.username === message.username;
  return isSame && Number(message.ts.split(".")[0]) - Number(before.ts.split(".")[0]) < TOGETHER;
}
