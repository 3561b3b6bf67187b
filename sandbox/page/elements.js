// The interactive elements of Block Kit. Each gives its value in the form the control API takes.

import { autosize, h, icon, menuItem, popover } from "./dom.js";
import { confirmation } from "./dialogs.js";
import { plain } from "./plain.js";
import { everybody, personName, store, visibleChannels, zone } from "./store.js";
import { momentAt, wallClock } from "./times.js";

/** An element of a block, as something one can press, choose or fill in. */
export function control(block, element, desk, { id = null, isForm = false } = {}) {
  const draw = DRAWERS[element.type];
  if (!draw) return h("div", { class: "muted" }, `An element of the type ${element.type} stands here.`);
  const kept = desk.recall(block, element);
  const tell = async (value) => {
    desk.remember(block, element, value);
    if (!isForm && (await isSure(element))) await desk.act(block, element, value);
  };
  const node = draw(element, { tell, kept, id, isForm });
  node.dataset.key = `${block.block_id} ${element.action_id}`;
  return node;
}

async function isSure(element) {
  if (!element.confirm) return true;
  const { title, text, confirm, deny } = element.confirm;
  return confirmation({ title: title?.text ?? "Are you sure?", text: text?.text ?? "", yes: confirm?.text ?? "Yes", no: deny?.text ?? "Cancel" });
}

const hint = (element) => element.placeholder?.text ?? "";

function options(element) {
  if (element.option_groups) return element.option_groups.flatMap((group) => group.options.map((option) => ({ ...option, group: group.label?.text })));
  return element.options ?? [];
}

function chosen(element, kept, single, many) {
  if (kept !== undefined) return kept;
  if (element[single] !== undefined) return typeof element[single] === "object" ? element[single].value : element[single];
  if (element[many] !== undefined) return element[many].map((one) => (typeof one === "object" ? one.value : one));
  return null;
}

/** A menu of values with labels; several may be chosen in one of the `multi` kind. */
function menu(entries, selected, { id, placeholder, isMultiple, tell }) {
  if (isMultiple) return checks(entries, selected ?? [], tell, id, "several");
  const shown = [...new Set(entries.map((entry) => entry.group))];
  const item = (entry) => h("option", { value: entry.value, selected: entry.value === selected }, entry.label);
  const select = h("select", { id, on: { change: () => tell(select.value === "" ? null : select.value) } },
    h("option", { value: "", selected: selected === null }, placeholder || "Choose an option"),
    shown.map((group) => {
      const inside = entries.filter((entry) => entry.group === group).map(item);
      return group ? h("optgroup", { label: group }, inside) : inside;
    }));
  return h("div", { class: "select" }, select, icon("chevron"));
}

function checks(entries, selected, tell, id, kind) {
  const picked = new Set(selected);
  const box = (entry, at) => {
    const input = h("input", {
      type: "checkbox", checked: picked.has(entry.value), id: at === 0 ? id : null,
      on: { change: () => {
        if (input.checked) picked.add(entry.value);
        else picked.delete(entry.value);
        tell(entries.map((each) => each.value).filter((value) => picked.has(value)));
      } },
    });
    return h("label", { class: "choice" }, input, h("span", {}, entry.words ?? entry.label, entry.description ? h("span", { class: "muted" }, plain(entry.description)) : null));
  };
  return h("div", { class: `choices ${kind}` }, entries.map(box));
}

const entry = (option) => ({
  value: option.value, label: option.text?.text ?? option.value, words: plain(option.text?.text ?? option.value),
  description: option.description?.text, group: option.group,
});

const people = () => everybody().map((person) => ({ value: person.id, label: personName(person.id) }));

const kind = (each) => (each.is_im ? "im" : each.is_private ? "private" : "public");
const channels = (isPublic) => (element) => visibleChannels()
  .filter((each) => !each.is_archived && (isPublic ? ["public"] : element.filter?.include ?? ["public", "private", "im"]).includes(kind(each)))
  .filter((each) => !(each.is_im && element.filter?.exclude_bot_users))
  .map((each) => ({ value: each.id, label: each.is_im ? each.name : `#${each.name}` }));

const listed = (entries, single, many) => (element, { tell, kept, id }) => menu(
  entries(element),
  chosen(element, kept, single, many) ?? (element.default_to_current_conversation ? store.channelId : null),
  { id, placeholder: hint(element), isMultiple: element.type.startsWith("multi_"), tell },
);

/** A field that tells its value while it is filled in, or, when it acts at once, when it is left. */
const field = (type, initial) => (element, { tell, kept, id, isForm }) => {
  const read = () => tell(type === "datetime-local" ? momentAt(input.value, zone()) : input.value || null);
  const input = h("input", {
    type, id, placeholder: hint(element), on: { [isForm ? "input" : "change"]: read },
    maxlength: element.max_length, minlength: element.min_length, min: element.min_value, max: element.max_value,
    step: element.is_decimal_allowed ? "any" : null, class: type === "number" || type === "text" ? "wide" : null,
    autocomplete: "off",
  });
  const start = kept ?? element[initial];
  if (start !== undefined && start !== null) input.value = type === "datetime-local" ? wallClock(start, zone()) : String(start);
  return input;
};

function textInput(element, settings) {
  if (!element.multiline) return field("text", "initial_value")(element, settings);
  const area = h("textarea", {
    id: settings.id, rows: 4, placeholder: hint(element), maxlength: element.max_length ?? 3000,
    on: { [settings.isForm ? "input" : "change"]: () => settings.tell(area.value || null) },
  });
  area.value = settings.kept ?? element.initial_value ?? "";
  autosize(area, 320);
  return area;
}

function button(element, { tell }) {
  const node = h("button", {
    type: "button", class: `button ${element.style ?? ""}`, title: element.accessibility_label,
    on: { click: async () => {
      node.disabled = true;
      if (element.url && /^https?:/i.test(element.url)) window.open(element.url, "_blank", "noopener");
      try {
        await tell(element.value ?? null);
      } finally {
        node.disabled = false;
      }
    } },
  }, plain(element.text?.text ?? ""));
  return node;
}

function overflow(element, { tell }) {
  const node = h("button", { type: "button", class: "button", title: "More", "aria-label": "More", "aria-haspopup": "menu", on: { click: () => {
    popover(node, h("div", { class: "menu", role: "menu" }, options(element).map((option) => menuItem(plain(option.text?.text ?? ""), () => {
      if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noopener");
      tell(option.value);
    }))));
  } } }, "⋯");
  return node;
}

function radios(element, { tell, kept, id }) {
  const selected = chosen(element, kept, "initial_option");
  const name = `radio-${crypto.randomUUID()}`;
  return h("div", { class: "choices" }, options(element).map(entry).map((each, at) => h("label", { class: "choice" },
    h("input", { type: "radio", name, id: at === 0 ? id : null, checked: each.value === selected, on: { change: () => tell(each.value) } }),
    h("span", {}, each.words, each.description ? h("span", { class: "muted" }, plain(each.description)) : null))));
}

const DRAWERS = {
  button,
  overflow,
  plain_text_input: textInput,
  email_text_input: field("email", "initial_value"),
  url_text_input: field("url", "initial_value"),
  number_input: field("number", "initial_value"),
  datepicker: field("date", "initial_date"),
  timepicker: field("time", "initial_time"),
  datetimepicker: field("datetime-local", "initial_date_time"),
  radio_buttons: radios,
  checkboxes: (element, { tell, kept, id }) => checks(options(element).map(entry), chosen(element, kept, "none", "initial_options") ?? [], tell, id, ""),
  static_select: listed((element) => options(element).map(entry), "initial_option"),
  multi_static_select: listed((element) => options(element).map(entry), "none", "initial_options"),
  users_select: listed(people, "initial_user"),
  multi_users_select: listed(people, "none", "initial_users"),
  conversations_select: listed(channels(false), "initial_conversation"),
  multi_conversations_select: listed(channels(false), "none", "initial_conversations"),
  channels_select: listed(channels(true), "initial_channel"),
  multi_channels_select: listed(channels(true), "none", "initial_channels"),
};
