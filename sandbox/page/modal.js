// The app's modals: opened, filled in, submitted, closed.

import { post } from "./api.js";
import { attempt } from "./dialogs.js";
import { blocks } from "./blocks.js";
import { Desk } from "./desk.js";
import { plain } from "./plain.js";
import { h, iconButton, keepFocus, keepPlace } from "./dom.js";
import { channelNamesIn, on, store } from "./store.js";

let shown = null;

/** Show whatever modal the app has opened for the person one is. */
export function mountModals() {
  on("views state", () => {
    const view = store.views.at(-1) ?? null;
    if (view === null) {
      shown?.leave();
      shown = null;
    } else if (shown?.view.id === view.id) {
      shown.update(view);
    } else {
      // A modal pushed on top is left again for the one below, which keeps what was filled in.
      const kept = filled.get(view.id);
      shown?.leave();
      shown = new Modal(view, kept);
    }
  });
}

/** What was filled in so far, by view. */
const filled = new Map();

class Modal {
  constructor(view, desk = new Desk()) {
    this.desk = desk;
    this.desk.where = () => ({ view_id: this.view.id, blocks: this.view.blocks });
    filled.set(view.id, desk);
    this.node = h("dialog", { class: "dialog view" });
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    document.body.append(this.node);
    this.update(view);
    this.restoreFocus = keepFocus();
    this.node.showModal();
    this.node.querySelector(".dialog-body :is(input, textarea, select, button)")?.focus();
  }

  update(view) {
    const isNew = this.view?.hash !== view.hash;
    if (this.view && isNew) this.desk.keep(view.blocks);
    this.view = view;
    const names = JSON.stringify(channelNamesIn(JSON.stringify(view.blocks)));
    if (isNew || names !== this.names) this.#draw();
    this.names = names;
  }

  leave() {
    this.node.close();
    this.node.remove();
    this.restoreFocus();
  }

  #draw() {
    const { view, desk } = this;
    const restore = keepPlace(this.node);
    this.trouble = h("div", { class: "problem", role: "alert" });
    this.submit = view.submit ? h("button", { class: "button primary", data: { key: "submit" } }, plain(view.submit.text)) : null;
    this.node.setAttribute("aria-label", view.title?.text ?? "");
    this.node.replaceChildren(
      h("header", {}, h("h2", {}, plain(view.title?.text ?? "")), iconButton("close", "Close (Esc)", () => this.#close(), { data: { key: "close" } })),
      h("form", { novalidate: true, on: { submit: (event) => {
        event.preventDefault();
        this.#submit();
      } } },
      h("div", { class: "dialog-body" }, blocks(view.blocks, desk), this.trouble),
      h("footer", {}, h("button", { type: "button", class: "button", on: { click: () => this.#close() } }, plain(view.close?.text ?? "Cancel")), this.submit)));
    restore();
  }

  async #submit() {
    if (!this.submit || this.submit.disabled) return;
    this.submit.disabled = true;
    this.node.classList.add("busy");
    const values = this.desk.values(this.view.blocks);
    try {
      const answer = await post("submit", { user: store.me, view_id: this.view.id, values });
      this.desk.errors = answer.errors ?? {};
      if (Object.keys(this.desk.errors).length) {
        this.#draw();
        this.node.querySelector(".wrong :is(input, textarea, select)")?.focus();
        this.node.querySelector(".wrong")?.scrollIntoView({ block: "center" });
      } else if (answer.error) this.trouble.textContent = answer.error;
    } catch (error) {
      this.trouble.textContent = error.message;
    } finally {
      this.node.classList.remove("busy");
      this.submit.disabled = false;
    }
  }

  async #close() {
    await attempt(() => post("close_view", { user: store.me, view_id: this.view.id }));
  }
}
