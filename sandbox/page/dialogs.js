// Dialogs of the page itself: any, a question, and notices at the bottom.

import { h, iconButton, keepFocus } from "./dom.js";

/** Show a dialog; Escape and the cross close it. `fill` gets a function that closes it. */
export function dialog(title, fill, { onClose = () => {}, wide = false } = {}) {
  const node = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-label": title });
  const close = () => node.close();
  node.append(h("header", {}, h("h2", {}, title), iconButton("close", "Close", close)), fill(close));
  node.addEventListener("close", () => {
    node.remove();
    restoreFocus();
    onClose();
  });
  document.body.append(node);
  const restoreFocus = keepFocus();
  node.showModal();
  return node;
}

/** Ask a question that has two answers; resolves to whether it was yes. */
export function confirmation({ title, text, yes, no = "Cancel", isDanger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    dialog(title, (close) => h("div", { class: "dialog-body" },
      h("p", {}, text),
      h("footer", {},
        h("button", { type: "button", class: "button", on: { click: close } }, no),
        h("button", { type: "button", class: isDanger ? "button danger" : "button primary", autofocus: true, on: { click: () => {
          answer = true;
          close();
        } } }, yes))), { onClose: () => resolve(answer) });
  });
}

/** Tell something for a few seconds. */
export function toast(words, { isProblem = false } = {}) {
  document.querySelector(".toast")?.remove();
  const node = h("div", { class: isProblem ? "toast problem-toast" : "toast", role: "status" }, words);
  document.body.append(node);
  setTimeout(() => node.remove(), isProblem ? 6000 : 2500);
}

/** Do something; when the workspace refuses, tell its sentence. Resolves to whether it was done. */
export async function attempt(act) {
  try {
    await act();
    return true;
  } catch (error) {
    toast(error.message, { isProblem: true });
    return false;
  }
}
