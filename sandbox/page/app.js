// The page: everything is put together here.

import { followHash, followPerson } from "./address.js";
import { mountChannel } from "./channel.js";
import { closeDrawer, mountDrawer } from "./drawer.js";
import { mountModals } from "./modal.js";
import { mountPanel } from "./panel.js";
import { mountSidebar } from "./sidebar.js";
import { channel, listen, loadState, loadTools, loadViews, on, store } from "./store.js";

const part = (id) => document.getElementById(id);

mountSidebar(part("sidebar"));
mountChannel(part("channel"));
mountPanel(part("panel"));
mountModals();
mountDrawer();

on("connection", (isThere) => {
  part("lost").hidden = isThere;
});
on("state messages", () => {
  const current = channel();
  document.title = current ? `${current.is_im ? "" : "#"}${current.name} · ${store.team.name}` : store.team.name;
});
on("person", followPerson);
on("person opened", closeDrawer);
window.addEventListener("hashchange", followHash);

async function start() {
  try {
    await loadState();
    await loadTools();
    await followHash();
    await loadViews();
  } catch {
    part("lost").hidden = false;
    setTimeout(start, 2000);
    return;
  }
  listen();
}

start();

// The workspace's clock may flow; what it shows need not be exact to the second.
setInterval(() => loadState().catch(() => {}), 20000);
