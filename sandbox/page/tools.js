// The connected tools beside the channel: an alert manager to fire alerts, a tracker to close tickets.

import { post } from "./api.js";
import { attempt } from "./dialogs.js";
import { fragment, h, icon, iconButton, keepPlace } from "./dom.js";
import { markdown } from "./markdown.js";
import { channelName, store, zone } from "./store.js";
import { written } from "./times.js";

/** The panel of the tools, brought up to date in place. */
export class ToolsView {
  constructor(close) {
    this.body = h("div", { class: "tools content", tabindex: "-1" });
    this.node = h("section", { class: "side", "aria-label": "Connected tools" },
      h("header", { class: "side-header" }, icon("bell", 18), h("h2", {}, "Connected tools"), iconButton("close", "Close (Esc)", close)), this.body);
    this.print = null;
    this.open = new Set();
  }

  focus() {
    this.body.focus({ preventScroll: true });
  }

  draw() {
    if (store.tools === null) return;
    const print = JSON.stringify([store.tools, store.me, store.channels.map((each) => each.name)]);
    if (print === this.print) return;
    this.print = print;
    const at = this.body.scrollTop;
    const restore = keepPlace(this.body);
    const { alerts, tracker, is_connected: isThere } = store.tools;
    const name = store.bot.real_name ?? "The app";
    this.body.replaceChildren(fragment(
      h("p", { class: "muted" }, `What a team has beside Slack, and ${name} is connected to. Nothing here leaves this machine.`),
      isThere ? null : h("div", { class: "notice" }, `${name} is not connected yet.`),
      alertManager(alerts, isThere, name),
      this.#tracker(tracker, name)));
    this.body.scrollTop = at;
    restore();
  }

  #tracker(tracker, name) {
    const tickets = tracker.projects.flatMap((project) => project.tickets);
    return h("section", { class: "tool", "aria-label": tracker.title },
      head("list", tracker.title, tracker.projects.map((project) => project.name).join(", ")),
      tickets.length
        ? h("ul", { class: "tool-rows" }, tickets.map((one) => this.#ticket(one)))
        : h("p", {}, "No ticket yet. In the channel of an incident say ", h("code", {}, "/incident task add Write a runbook"), ", then ", h("code", {}, "/incident task"), " and press “File in GitHub”."),
      tickets.length ? h("p", { class: "muted small" }, `Close one here, and its action item in Slack is done, as `, h("code", {}, "/incident task"), " shows. Tick one in Slack, and its ticket closes here.") : null,
      answers(tracker.told, name));
  }

  #ticket(one) {
    const isOpen = one.state === "open";
    const change = () => attempt(() => post("tools/ticket", { user: store.me, project: one.project, number: one.number, state: isOpen ? "closed" : "open" }));
    const body = h("details", { open: this.open.has(one.key), on: { toggle: () => {
      if (body.open) this.open.add(one.key);
      else this.open.delete(one.key);
    } } }, h("summary", { data: { key: "body" } }, h("strong", {}, one.title)), h("div", { class: "ticket-text prose" }, markdown(shown(one.body))));
    return h("li", { class: "tool-row", data: { key: one.key } },
      h("div", { class: "tool-words" }, body),
      h("span", { class: isOpen ? "state" : "state done" }, isOpen ? "open" : "closed"), h("span", { class: "muted small" }, one.key),
      h("button", { type: "button", class: "button small", "aria-label": `${isOpen ? "Close" : "Reopen"} ${one.key}`, data: { key: "change" }, on: { click: change } }, isOpen ? "Close" : "Reopen"));
  }
}

/** A ticket's text without the marks that only machines read. */
const shown = (body) => body.replace(/<!--[\s\S]*?-->/g, "").trim();

function head(sign, title, note) {
  return h("div", { class: "tool-head" }, icon(sign, 18), h("h3", {}, title), h("span", { class: "muted small" }, note));
}

function alertManager(alerts, isThere, name) {
  const firing = alerts.groups.filter((group) => group.firing);
  const button = (key, words, act, kind) => h("button", { type: "button", class: `button small ${kind}`, disabled: !isThere, data: { key }, on: { click: () => attempt(act) } }, words);
  return h("section", { class: "tool", "aria-label": "Alert manager" },
    head("bell", "Alert manager", "Alertmanager"),
    h("div", { class: "tool-buttons" },
      button("fire", "Fire a critical alert", () => post("tools/fire", {}), "danger"),
      button("storm", `Fire a storm of ${alerts.storm}`, () => post("tools/storm", {}), "")),
    alerts.groups.length
      ? h("ul", { class: "tool-rows" }, alerts.groups.map(group))
      : h("p", {}, `All is quiet. Fire an alert, and ${name} opens an incident with a channel of its own. A storm of ${alerts.storm} opens one, too, not ${alerts.storm}.`),
    firing.length ? h("p", { class: "muted small" }, `Resolve an alert here, and ${name} writes that on the incident's timeline. The incident stays open until somebody resolves it.`) : null,
    answers(alerts.told, name));
}

function group(one) {
  const state = one.firing === 0 ? "resolved" : one.firing === 1 ? "firing" : `${one.firing} firing`;
  const place = one.channel === null ? null : channelName(one.channel);
  return h("li", { class: "tool-row", data: { key: one.key } },
    h("div", { class: "tool-words" }, h("strong", {}, one.summary),
      place === null ? null : h("a", { class: "small", href: `#${one.channel}`, data: { key: "channel" } }, `#${place}`)),
    h("span", { class: one.firing ? "state firing" : "state done" }, state),
    one.firing ? h("button", { type: "button", class: "button small", "aria-label": `Resolve: ${one.summary}`, data: { key: "resolve" }, on: { click: () => attempt(() => post("tools/resolve", { key: one.key })) } }, "Resolve") : null);
}

function answers(told, name) {
  if (!told.length) return null;
  return h("div", { class: "told", role: "log", "aria-label": `What ${name} answered` },
    h("h4", {}, `What ${name} was told, and answered`),
    h("ul", {}, told.map((one) => h("li", {},
      h("span", { class: "muted" }, written(new Date(one.at), zone(), "seconds")), " ", one.what, " ",
      answer(one)))));
}

function answer(one) {
  if (one.tries === 0) return "…";
  const next = one.is_over ? (one.status === null || one.status >= 500 ? " Given up." : "") : " Trying again …";
  const tries = one.tries > 1 ? ` (try ${one.tries})` : "";
  return [
    one.status === null ? null : h("span", { class: one.status < 300 ? "answer good" : "answer" }, one.status),
    h("span", { class: "muted" }, ` ${one.answer}${tries}${next}`),
  ];
}
