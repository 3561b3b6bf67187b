// The app's modals: opened, filled in, submitted, closed.

import { post } from "./api.js";
import { attempt } from "./dialogs.js";
import { blocks } from "./blocks.js";
import { plain } from "./plain.js";
import { h, iconButton, keepFocus } from "./dom.js";
import { on, store } from "./store.js";

let shown = null;

/** Show whatever modal the app has opened for the person one is. */
export function mountModals() {
  on("views", () => {
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
  constructor(view, values = new Map()) {
    this.values = values;
    filled.set(view.id, values);
    this.errors = {};
    this.node = h("dialog", { class: "dialog view" });
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    document.body.append(this.node);
    this.update(view);
    this.restoreFocus = keepFocus();
    this.node.showModal();
    this.node.querySelector(".dialog-body :is(input, textarea, select)")?.focus();
  }

  update(view) {
    const isNew = JSON.stringify(this.view) !== JSON.stringify(view);
    this.view = view;
    if (isNew) this.#draw();
  }

  leave() {
    this.node.close();
    this.node.remove();
    this.restoreFocus();
  }

  #key = (block, element) => `${block.block_id} ${element.action_id}`;

  #draw() {
    const { view } = this;
    const desk = {
      errors: this.errors,
      remember: (block, element, value) => {
        if (element.type !== "button") this.values.set(this.#key(block, element), { block: block.block_id, action: element.action_id, value });
      },
      recall: (block, element) => this.values.get(this.#key(block, element))?.value,
      act: (block, element, value) => attempt(async () => {
        const answer = await post("click", { user: store.me, view_id: view.id, block_id: block.block_id, action_id: element.action_id, value });
        if (answer.error) throw new Error(answer.error);
      }),
    };
    this.trouble = h("div", { class: "problem", role: "alert" });
    this.submit = view.submit || view.blocks?.some((block) => block.type === "input")
      ? h("button", { class: "button primary" }, plain(view.submit?.text ?? "Submit")) : null;
    this.node.setAttribute("aria-label", view.title?.text ?? "");
    this.node.replaceChildren(
      h("header", {}, h("h2", {}, plain(view.title?.text ?? "")), iconButton("close", "Close (Esc)", () => this.#close())),
      h("form", { novalidate: true, on: { submit: (event) => {
        event.preventDefault();
        this.#submit();
      } } },
      h("div", { class: "dialog-body" }, blocks(view.blocks, desk), this.trouble),
      h("footer", {}, h("button", { type: "button", class: "button", on: { click: () => this.#close() } }, plain(view.close?.text ?? "Cancel")), this.submit)));
  }

  async #submit() {
    if (!this.submit || this.submit.disabled) return;
    this.submit.disabled = true;
    this.node.classList.add("busy");
    const values = {};
    const blocksHere = new Set((this.view.blocks ?? []).map((block) => block.block_id));
    for (const { block, action, value } of this.values.values()) {
      if (blocksHere.has(block)) values[block] = { ...values[block], [action]: value };
    }
    try {
      const answer = await post("submit", { user: store.me, view_id: this.view.id, values });
      this.errors = answer.errors ?? {};
      if (Object.keys(this.errors).length) {
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
