// A canvas beside the channel: read as a document, edited as text.

import { post } from "./api.js";
import { toast } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { markdown } from "./markdown.js";
import { channelNamesIn, on, loadCanvas, personName, store, zone } from "./store.js";
import { written } from "./times.js";

export class CanvasView {
  constructor(close) {
    this.isEditing = false;
    this.shown = "";
    this.title = h("h2", {});
    this.note = h("span", { class: "muted small" });
    this.editButton = h("button", { type: "button", class: "button small", on: { click: () => this.#edit() } }, icon("edit", 14), " Edit as text");
    this.paper = h("div", { class: "paper prose", tabindex: "-1" });
    this.node = h("section", { class: "side canvas" },
      h("header", { class: "side-header" }, icon("canvas", 18), h("div", { class: "canvas-heading" }, this.title, this.note), this.editButton, iconButton("close", "Close (Esc)", close)),
      this.paper);
    on("canvas", () => loadCanvas().catch((error) => {
      toast(error.message, { isProblem: true });
      close();
    }));
    on("person", () => this.#leave());
  }

  draw() {
    const canvas = store.canvas;
    if (canvas === null || canvas.markdown === undefined) return;
    if (canvas.id !== this.id) this.#leave();
    this.id = canvas.id;
    this.title.textContent = canvas.title;
    this.title.title = canvas.title;
    const edited = new Date(canvas.edited);
    this.note.textContent = `Edited ${written(edited, zone(), "short")} at ${written(edited, zone(), "time")}${canvas.edited_by ? ` by ${personName(canvas.edited_by)}` : ""}`;
    const print = JSON.stringify([canvas.id, canvas.markdown, store.me, channelNamesIn(canvas.markdown)]);
    if (this.isEditing || print === this.shown) return;
    const at = this.paper.scrollTop;
    const isSame = this.shownId === canvas.id;
    this.shown = print;
    this.shownId = canvas.id;
    this.paper.replaceChildren(h("h1", { class: "canvas-title" }, canvas.title), markdown(canvas.markdown));
    this.paper.scrollTop = isSame ? at : 0;
  }

  #leave() {
    this.isEditing = false;
    this.editButton.hidden = false;
    this.shown = "";
  }

  #edit() {
    this.isEditing = true;
    this.editButton.hidden = true;
    const before = store.canvas.markdown;
    const area = h("textarea", { class: "canvas-source", spellcheck: "false", "aria-label": "The canvas as Markdown" });
    area.value = before;
    const problem = h("div", { class: "problem", role: "alert" });
    const end = () => {
      this.#leave();
      this.draw();
    };
    const save = async () => {
      try {
        if (area.value !== before) await post("canvas", { user: store.me, canvas_id: store.canvas.id, markdown: area.value });
        this.isEditing = false;
        await loadCanvas();
        end();
      } catch (error) {
        problem.textContent = error.message;
      }
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        if (area.value === before) end();
      }
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) save();
    });
    this.paper.replaceChildren(h("div", { class: "canvas-editor" }, area, problem, h("footer", {},
      h("span", { class: "muted small" }, "Markdown. Ctrl+Enter saves."),
      h("button", { type: "button", class: "button", on: { click: end } }, "Cancel"),
      h("button", { type: "button", class: "button primary", on: { click: save } }, "Save"))));
    area.focus();
    area.setSelectionRange(0, 0);
    area.scrollTop = 0;
  }
}
