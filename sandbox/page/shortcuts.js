// The app's global shortcuts: their menu, and using one.

import { post } from "./api.js";
import { attempt } from "./dialogs.js";
import { h, menuItem, popover } from "./dom.js";
import { store } from "./store.js";

/** Use a shortcut that the app declares for the whole workspace. */
export function useShortcut(shortcut) {
  return attempt(async () => {
    const answer = await post("global_shortcut", { user: store.me, callback_id: shortcut.callback_id });
    if (answer.error) throw new Error(answer.error);
  });
}

export function shortcutMenu(anchor) {
  const shortcuts = store.shortcuts.filter((each) => each.kind === "global");
  popover(anchor, h("div", { class: "menu", role: "menu", "aria-label": "Shortcuts" },
    h("div", { class: "picker-title" }, shortcuts.length ? "Shortcuts" : "The app declares no global shortcut"),
    shortcuts.map((each) => menuItem([each.name, h("span", { class: "muted small" }, each.description)], () => useShortcut(each), { sign: "bolt" }))), { above: true });
}
