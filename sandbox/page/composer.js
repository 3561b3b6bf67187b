// Where one writes: messages, and slash commands with what the app is asked and how it went.

import { post } from "./api.js";
import { autosize, h, icon, iconButton } from "./dom.js";
import { pickEmoji } from "./picker.js";
import { shortcutMenu } from "./shortcuts.js";
import { ownCommand } from "./slack-commands.js";
import { store, tell } from "./store.js";
import { suggestionsFor } from "./suggestions.js";

/** A composer for the open channel, or with `thread` (a function that gives its ts) for a thread. */
export class Composer {
  constructor({ thread = null }) {
    this.thread = thread;
    this.drafts = new Map();
    this.suggested = null;
    this.chosen = 0;
    this.area = h("textarea", { rows: 1, "aria-label": "Message" });
    this.fit = autosize(this.area);
    this.list = h("div", { class: "suggestions", role: "listbox", hidden: true });
    this.status = h("div", { class: "composer-status", role: "status" });
    this.sendButton = h("button", { type: "button", class: "send", title: "Send (Enter)", "aria-label": "Send", on: { click: () => this.send() } }, icon("send"));
    this.broadcast = h("input", { type: "checkbox" });
    this.node = h("div", { class: "composer" }, this.list,
      h("div", { class: "composer-box" }, this.area, h("div", { class: "composer-bar" },
        thread ? null : iconButton("bolt", "Shortcuts", (event) => shortcutMenu(event.currentTarget), { "aria-haspopup": "menu" }),
        iconButton("smile", "Emoji", (event) => pickEmoji(event.currentTarget, (name) => this.#insert(`:${name}: `))),
        thread ? h("label", { class: "broadcast muted small" }, this.broadcast, "Also send to the channel") : null,
        h("span", { class: "composer-hint muted small" }, h("b", {}, "Enter"), " sends, ", h("b", {}, "Shift+Enter"), " new line"),
        this.sendButton)),
      this.status);
    this.area.addEventListener("input", () => {
      if (!this.isSending) this.#say(null);
      this.#changed();
    });
    this.area.addEventListener("keydown", (event) => this.#key(event));
    this.area.addEventListener("blur", () => setTimeout(() => this.#suggest(null), 150));
    this.#changed();
  }

  /** Name where the text goes; a draft is kept for each place. */
  setPlace(name) {
    const key = `${store.me} ${store.channelId} ${this.thread?.() ?? ""}`;
    this.area.placeholder = this.thread ? "Reply …" : `Message ${name}`;
    if (this.key === key) return;
    if (this.key !== undefined) this.drafts.set(this.key, this.area.value);
    this.key = key;
    this.area.value = this.drafts.get(key) ?? "";
    this.status.replaceChildren();
    this.#changed();
    this.fit();
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  #insert(text) {
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.#changed();
    this.focus();
  }

  #changed() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    this.sendButton.disabled = !this.area.value.trim();
    this.#suggest(suggestionsFor(before, { inThread: this.thread !== null }));
  }

  #suggest(found) {
    this.suggested = found;
    this.chosen = 0;
    this.#drawList();
  }

  #drawList() {
    const found = this.suggested;
    this.list.hidden = found === null;
    if (found === null) return;
    if (found.hint) {
      this.list.replaceChildren(h("div", { class: "suggest-hint" }, h("strong", {}, found.hint.command), " ", h("span", { class: "usage" }, found.hint.usage_hint ?? "")));
      return;
    }
    this.list.replaceChildren(...found.entries.map((entry, at) => h("div", {
      class: at === this.chosen ? "suggestion chosen" : "suggestion", role: "option", "aria-selected": String(at === this.chosen),
      on: { pointerdown: (event) => {
        event.preventDefault();
        this.#accept(entry);
      } },
    }, entry.node)));
  }

  #accept(entry) {
    if (entry.act) {
      this.area.value = "";
      this.#changed();
      entry.act();
      return;
    }
    const end = this.area.selectionStart;
    this.area.setRangeText(entry.put, this.suggested.from, end, "end");
    this.fit();
    this.#changed();
  }

  #key(event) {
    if (event.isComposing) return;
    const entries = this.suggested?.entries ?? [];
    if (entries.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % entries.length;
      this.#drawList();
    } else if (entries.length && (event.key === "Tab" || (event.key === "Enter" && !this.#isWhole()))) {
      event.preventDefault();
      this.#accept(entries[this.chosen]);
    } else if (event.key === "Escape" && this.suggested) {
      event.preventDefault();
      event.stopPropagation();
      this.#suggest(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  /** Whether what is typed already is one of the suggestions, so that Enter sends it. */
  #isWhole() {
    const typed = this.area.value.slice(this.suggested.from, this.area.selectionStart);
    return this.suggested.entries.some((entry) => entry.put?.trim() === typed.trim());
  }

  async send() {
    const text = this.area.value.trim();
    if (!text || this.isSending) return;
    const where = this.key;
    this.isSending = true;
    this.#say(null);
    this.#suggest(null);
    const isCommand = /^\/[a-z]/i.test(text);
    try {
      if (isCommand) await this.#command(text);
      else await this.#message(text);
      if (this.key === where) {
        this.area.value = "";
        this.fit();
        this.#changed();
      } else this.drafts.delete(where);
      if (!this.thread) tell("said");
    } catch (error) {
      this.#say(error.message);
    } finally {
      this.isSending = false;
      this.node.classList.remove("busy");
    }
  }

  async #message(text) {
    const thread = this.thread?.() ?? null;
    await post("say", { user: store.me, channel: store.channelId, text, thread_ts: thread, ...(thread && this.broadcast.checked ? { broadcast: true } : {}) });
    this.broadcast.checked = false;
  }

  async #command(text) {
    const [, command, rest] = /^(\S+)\s*([\s\S]*)$/.exec(text);
    if (this.thread) throw new Error("Slash commands can't be used in threads. Send it in the channel.");
    if (await ownCommand(command, rest)) return;
    this.node.classList.add("busy");
    this.status.replaceChildren(h("span", { class: "spinner" }), ` Waiting for ${store.bot.name ?? "the app"} to answer ${command} …`);
    const answer = await post("command", { user: store.me, channel: store.channelId, command, text: rest });
    if (answer.error) throw new Error(answer.error);
    if (!answer.acknowledged) throw new Error(`${command} was not answered in time.`);
    this.#say(null);
  }

  #say(problem) {
    this.status.replaceChildren(...(problem ? [h("span", { class: "problem", role: "alert" }, icon("warning", 14), " ", problem)] : []));
  }
}
