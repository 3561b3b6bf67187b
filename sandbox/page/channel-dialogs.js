// Dialogs about a channel: a new one, its topic, its links, its members.

import { post } from "./api.js";
import { dialog } from "./dialogs.js";
import { h } from "./dom.js";
import { typed } from "./mrkdwn.js";
import { everybody, store } from "./store.js";

/** Ask for a new channel; `open` is called with its id. */
export function newChannel(open) {
  dialog("Create a channel", (close) => {
    const name = h("input", { class: "wide", id: "new-channel", maxlength: 80, autocomplete: "off", placeholder: "e.g. web-release" });
    const isPrivate = h("input", { type: "checkbox" });
    const problem = h("div", { class: "problem", role: "alert" });
    name.addEventListener("input", () => {
      name.value = name.value.toLowerCase().replace(/[\s.]+/g, "-");
    });
    return h("form", { class: "dialog-body", on: { submit: async (event) => {
      event.preventDefault();
      try {
        const made = await post("channels", { user: store.me, name: name.value.trim(), is_private: isPrivate.checked });
        close();
        open(made.id);
      } catch (error) {
        problem.textContent = error.message;
      }
    } } },
    h("div", { class: "field" }, h("label", { class: "label", for: "new-channel" }, "Name"), name, problem),
    h("label", { class: "choice" }, isPrivate, h("span", {}, "Private", h("span", { class: "muted" }, "Only people who are invited see it."))),
    h("footer", {}, h("button", { type: "button", class: "button", on: { click: close } }, "Cancel"), h("button", { class: "button primary" }, "Create")));
  });
}

/** A form of the page's own. `fields` are shown, `save` does it; what is refused is said in the form. */
function form(title, fields, yes, save) {
  dialog(title, (close) => {
    const problem = h("div", { class: "problem", role: "alert" });
    return h("form", { class: "dialog-body", on: { submit: async (event) => {
      event.preventDefault();
      try {
        await save();
        close();
      } catch (error) {
        problem.textContent = error.message;
      }
    } } }, fields, problem,
    h("footer", {}, h("button", { type: "button", class: "button", on: { click: close } }, "Cancel"), h("button", { class: "button primary" }, yes)));
  });
}

const labelled = (id, words, input) => h("div", { class: "field" }, h("label", { class: "label", for: id }, words), input);

/** Say what a channel is about. */
export function changeTopic(channel) {
  const area = h("textarea", { id: "topic", rows: 3, maxlength: 250 });
  area.value = typed(channel.topic);
  form("Topic", labelled("topic", `What #${channel.name} is about`, area), "Save", () => post("topic", { user: store.me, channel: channel.id, topic: area.value.trim() }));
}

/** Add a link to a channel's header. */
export function addBookmark(channel) {
  const address = h("input", { class: "wide", id: "bookmark-link", autocomplete: "off", placeholder: "https://…" });
  const title = h("input", { class: "wide", id: "bookmark-title", autocomplete: "off" });
  form("Add a link", [labelled("bookmark-link", "Address", address), labelled("bookmark-title", "Name", title)], "Add", () => post("bookmark", {
    user: store.me, channel: channel.id, link: address.value.trim(), title: title.value.trim() || address.value.trim(),
  }));
}

/** Bring people, or the app, into a channel. */
export function inviteMembers(channel) {
  const others = everybody().filter((person) => !channel.members.includes(person.id));
  const boxes = others.map((person) => [person, h("input", { type: "checkbox" })]);
  const chosen = () => boxes.filter(([, box]) => box.checked).map(([person]) => person.id);
  form(`Add people to #${channel.name}`,
    others.length ? h("div", { class: "choices several" }, boxes.map(([person, box]) => h("label", { class: "choice" }, box, h("span", {}, person.real_name || person.name))))
      : h("p", { class: "muted" }, "Everybody is here already."),
    "Add", () => post("invite", { user: store.me, channel: channel.id, people: chosen() }));
}
