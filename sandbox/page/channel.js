// The middle of the page: the channel's header, its messages, its composer.

import { post } from "./api.js";
import { headerParts } from "./channel-header.js";
import { Composer } from "./composer.js";
import { attempt } from "./dialogs.js";
import { h, icon, keepPlace } from "./dom.js";
import { HomeView } from "./home.js";
import { MessageList } from "./message-list.js";
import { channel, on, store, tell } from "./store.js";

/** Fill the element with the channel, and keep it up to date. */
export function mountChannel(root) {
  const header = h("header", { class: "channel-header" });
  const list = new MessageList("channel", openThread);
  const composer = new Composer({});
  const foot = h("div", { class: "channel-foot" });
  const home = new HomeView();
  root.append(header, home.node, list.node, foot);

  const drawHeader = () => {
    const restore = keepPlace(header);
    header.replaceChildren(...headerParts());
    restore();
  };
  const drawHome = () => {
    const isHome = channel()?.is_im === true && store.tab === "home";
    home.node.hidden = !isHome;
    list.node.hidden = isHome;
    foot.hidden = isHome;
    if (isHome) home.draw();
  };
  const drawFoot = () => {
    const current = channel();
    if (current === null) return foot.replaceChildren();
    if (current.is_archived) return foot.replaceChildren(h("div", { class: "notice" }, "This channel is archived. Its record stays readable."));
    if (current.is_im && (store.appHome.is_read_only || !store.appHome.has_messages_tab)) {
      return foot.replaceChildren(h("div", { class: "notice" }, "Sending messages to this app has been turned off."));
    }
    if (!current.members.includes(store.me)) return foot.replaceChildren(joinNotice(current));
    composer.setPlace(current.is_im ? current.name : `#${current.name}`);
    if (composer.node.parentNode !== foot) foot.replaceChildren(composer.node);
    return undefined;
  };
  const drawMessages = () => list.show(inChannel(), channelStart());

  on("state", () => {
    drawHeader();
    drawFoot();
    drawMessages();
    drawHome();
  });
  on("views", drawHome);
  on("panel", drawHeader);
  on("messages", drawMessages);
  on("opened", () => {
    drawMessages();
    drawHome();
    if (store.tab === "home") home.node.focus({ preventScroll: true });
    else composer.focus();
  });
  on("filled said", () => list.toEnd());
  on("highlight", (ts) => {
    const message = store.messages.find((each) => each.ts === ts);
    if (!list.reveal(ts) && message?.thread_ts) list.reveal(message.thread_ts);
  });
}

/** Open a thread beside the channel. */
export function openThread(ts) {
  store.thread = ts;
  store.canvas = null;
  store.isAtTools = false;
  tell("panel");
}

function inChannel() {
  const roots = store.messages.filter((each) => !each.thread_ts || each.thread_ts === each.ts || each.subtype === "thread_broadcast");
  const mine = store.ephemerals.filter((each) => !each.thread_ts && each.response_type !== "in_channel").map((each) => ({ ...each, isEphemeral: true }));
  return [...roots, ...mine].sort((one, two) => (one.ts < two.ts ? -1 : one.ts > two.ts ? 1 : 0));
}

function channelStart() {
  const current = channel();
  if (current === null) return null;
  if (current.is_im) return h("div", { class: "channel-start" }, h("h1", {}, current.name), h("p", { class: "muted" }, "Your direct messages with this app. Commands work here too."));
  return h("div", { class: "channel-start" },
    h("h1", {}, ...(current.is_private ? [icon("lock", 22), " "] : ["# "]), current.name),
    h("p", { class: "muted" }, current.purpose || `This is the very beginning of #${current.name}.`));
}

function joinNotice(current) {
  return h("div", { class: "notice" }, `You are looking at #${current.name}.`,
    h("button", { type: "button", class: "button primary", on: { click: () => attempt(() => post("join", { user: store.me, channel: current.id })) } }, "Join channel"));
}
