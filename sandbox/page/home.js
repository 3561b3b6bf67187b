// The Home tab that the app publishes for each person.

import { blocks } from "./blocks.js";
import { Desk } from "./desk.js";
import { h, keepPlace } from "./dom.js";
import { channelNamesIn, store } from "./store.js";

/** The app's Home as the person one is sees it, brought up to date in place. */
export class HomeView {
  constructor() {
    this.node = h("div", { class: "home", tabindex: "-1", role: "region", "aria-label": "Home" });
    this.desk = new Desk(() => ({ view_id: store.home.id, blocks: store.home.blocks }));
    this.print = null;
  }

  draw() {
    const { home } = store;
    const print = JSON.stringify([store.me, home?.id, home?.hash, channelNamesIn(JSON.stringify(home?.blocks ?? []))]);
    if (print === this.print) return;
    const isSame = this.id === home?.id;
    if (isSame) this.desk.keep(home?.blocks);
    else this.desk.entries.clear();
    this.print = print;
    this.id = home?.id;
    const at = this.node.scrollTop;
    const restore = keepPlace(this.node);
    this.node.replaceChildren(h("div", { class: "home-blocks content" },
      home ? blocks(home.blocks, this.desk) : h("p", { class: "muted" }, `${store.bot.real_name ?? "The app"} has not published its Home for you yet.`)));
    this.node.scrollTop = isSame ? at : 0;
    restore();
  }
}
