// The small window in which one chooses a reaction.

import { closePopover, h, popover } from "./dom.js";
import { INCIDENT, character, emoji, namesLike } from "./emoji.js";

/** Let the person choose an emoji; `choose` gets its name. */
export function pickEmoji(anchor, choose) {
  const done = (name) => {
    closePopover();
    choose(name);
  };
  const cell = (name, label) => h("button", {
    type: "button", class: "picker-emoji", title: label ? `:${name}: ${label}` : `:${name}:`, on: { click: () => done(name) },
  }, emoji(name), label ? h("span", { class: "picker-label" }, label) : null);
  const found = h("div", { class: "picker-found" });
  const search = h("input", { class: "wide", placeholder: "Any emoji by its name", autocomplete: "off", "aria-label": "Emoji name" });
  search.addEventListener("input", () => {
    const wanted = search.value.replaceAll(":", "").trim();
    found.replaceChildren(...(wanted ? namesLike(wanted, 16).map((name) => cell(name)) : []));
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const wanted = search.value.replaceAll(":", "").trim().toLowerCase();
    if (!wanted) return;
    done(character(wanted) !== null ? wanted : namesLike(wanted, 1)[0] ?? wanted);
  });
  const marks = INCIDENT.filter(([, label]) => label);
  const others = INCIDENT.filter(([, label]) => !label);
  popover(anchor, h("div", { class: "picker" },
    h("div", { class: "picker-title" }, "For the post-mortem"),
    h("div", { class: "picker-marks" }, marks.map(([name, label]) => cell(name, label))),
    h("div", { class: "picker-row" }, others.map(([name]) => cell(name))),
    search, found));
  search.focus();
}
