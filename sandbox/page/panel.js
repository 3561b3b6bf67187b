// The right side of the page: a thread, a canvas or the connected tools.

import { CanvasView } from "./canvas.js";
import { Composer } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { MessageList } from "./message-list.js";
import { channel, on, store, tell } from "./store.js";
import { ToolsView } from "./tools.js";

/** Fill the element with whatever is open beside the channel, and keep it up to date. */
export function mountPanel(root) {
  const thread = new Thread();
  const canvas = new CanvasView(close);
  const tools = new ToolsView(close);
  const draw = () => {
    const view = store.thread !== null ? thread : store.canvas !== null ? canvas : store.isAtTools ? tools : null;
    root.hidden = view === null;
    root.classList.toggle("wide", view === canvas);
    if (view === null) return root.replaceChildren();
    if (view.node.parentNode !== root) root.replaceChildren(view.node);
    view.draw();
    return undefined;
  };
  on("panel person state", draw);
  on("tools", () => {
    if (store.isAtTools) draw();
  });
  on("atTools", () => tools.focus());
  on("messages", () => {
    if (store.thread !== null) draw();
  });
  on("highlight", (ts) => {
    if (store.thread !== null) thread.list.reveal(ts);
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof Element && event.target.matches("textarea") && event.target.value;
    if (event.key === "Escape" && !event.defaultPrevented && !isTyping && !document.querySelector("dialog[open]") && !canvas.isEditing) close();
  });
}

function close() {
  if (store.thread === null && store.canvas === null && !store.isAtTools) return;
  store.thread = null;
  store.canvas = null;
  store.isAtTools = false;
  if (location.hash === "#tools") history.replaceState(null, "", `#${store.channelId}`);
  tell("panel");
}

class Thread {
  constructor() {
    this.list = new MessageList("thread", () => {});
    this.composer = new Composer({ thread: () => store.thread });
    this.title = h("span", { class: "muted" });
    this.foot = h("div", { class: "channel-foot" });
    this.shown = null;
    this.node = h("section", { class: "side" },
      h("header", { class: "side-header" }, h("h2", {}, "Thread"), this.title, iconButton("close", "Close (Esc)", close)), this.list.node, this.foot);
  }

  draw() {
    const current = channel();
    this.title.textContent = current?.is_im ? current.name : `#${current?.name ?? ""}`;
    const isRoot = (message) => message.ts === store.thread;
    const replies = store.messages.filter((each) => each.thread_ts === store.thread && !isRoot(each));
    const root = store.messages.filter(isRoot);
    const mine = store.ephemerals.filter((each) => each.thread_ts === store.thread).map((each) => ({ ...each, isEphemeral: true }));
    this.list.show([...root, ...replies, ...mine].sort((one, two) => (one.ts < two.ts ? -1 : 1)));
    const canWrite = current?.members.includes(store.me) && !current.is_archived;
    if (canWrite && this.composer.node.parentNode !== this.foot) this.foot.replaceChildren(this.composer.node);
    if (!canWrite) this.foot.replaceChildren();
    this.composer.setPlace("");
    if (this.shown !== store.thread) {
      this.shown = store.thread;
      this.list.toEnd();
      if (canWrite) this.composer.focus();
    }
  }
}
