// At phone width the sidebar is a drawer: it comes over the page and goes away again.

import { h } from "./dom.js";

const app = () => document.getElementById("app");
const isOpen = () => app().classList.contains("drawer-open");
let opener = null;

/** Open the drawer, or close it. */
export function toggleDrawer() {
  if (isOpen()) {
    closeDrawer();
    return;
  }
  opener = document.activeElement;
  app().classList.add("drawer-open");
  document.querySelector("#sidebar button")?.focus({ preventScroll: true });
}

/** Close the drawer; the focus goes back to what opened it. */
export function closeDrawer() {
  if (!isOpen()) return;
  const hadFocus = document.getElementById("sidebar").contains(document.activeElement);
  app().classList.remove("drawer-open");
  const again = opener?.isConnected ? opener : document.querySelector("[data-key=drawer]");
  if (hadFocus) again?.focus({ preventScroll: true });
}

/** Make a click beside the drawer, Escape, and going out of it with Tab close it. */
export function mountDrawer() {
  app().append(h("div", { class: "drawer-shade", on: { click: closeDrawer } }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen() && !event.defaultPrevented) {
      event.preventDefault();
      closeDrawer();
    }
  });
  document.getElementById("channel").addEventListener("focusin", closeDrawer);
}
