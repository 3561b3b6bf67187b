// Building elements. Text always goes in as text: nothing here parses HTML.

/**
 * An element. `props` are attributes; `class` takes a string, `on` handlers by event, `data` a
 * dataset, `style` properties, and booleans set or leave out the attribute. Children that are
 * null, undefined or false are left out.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "style") for (const [key, to] of Object.entries(value)) node.style.setProperty(key, to);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Several nodes as one. */
export function fragment(...nodes) {
  const all = document.createDocumentFragment();
  all.append(...nodes.flat(Infinity).filter((node) => node !== null && node !== undefined && node !== false));
  return all;
}

const PATHS = {
  add: "M8 3v10M3 8h10",
  bell: "M4 11V7.5a4 4 0 018 0V11l1.2 1.5H2.8zM6.8 14.2h2.4",
  bolt: "M9 2L3.5 9H8l-1 5 5.5-7H8z",
  canvas: "M4 2h6l3 3v9H4zM6 7h5M6 10h5",
  check: "M3 8.5l3.5 3.5L13 4.5",
  chevron: "M4.5 6.5L8 10l3.5-3.5",
  close: "M4 4l8 8M12 4l-8 8",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9.3 4.4l2.3 2.3",
  hash: "M6.5 2.5l-1.5 11M11 2.5l-1.5 11M3 6h10.5M2.5 10H13",
  home: "M2.5 7.5L8 3l5.5 4.5M4 6.5V13h8V6.5",
  link: "M7 9.5a2.5 2.5 0 003.5 0l2-2A2.5 2.5 0 009 4l-.7.7M9 6.5a2.5 2.5 0 00-3.5 0l-2 2A2.5 2.5 0 007 12l.7-.7",
  lock: "M4.5 7.5h7v6h-7zM6 7.5V5.5a2 2 0 014 0v2",
  list: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  people: "M6 7.5a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4zM2 13c0-2.2 1.8-3.6 4-3.6s4 1.4 4 3.6M10.5 3.3a2.2 2.2 0 010 4.2M12 9.7c1.3.5 2 1.7 2 3.3",
  pin: "M9.5 2.5l4 4-3 .8-2.6 2.6-.4 2.6-4-4 2.6-.4L8.7 5.5zM5.5 10.5L2.5 13.5",
  quill: "M3 13c1-5 3.8-8.8 10-10-.5 4.6-3.3 7.4-7.5 7.7M3 13l4-5",
  reply: "M2.5 3.5h11v8H8l-3 2.5v-2.5H2.5z",
  send: "M2.5 13.5L14 8 2.5 2.5 4 8zM4 8h5",
  smile: "M8 14A6 6 0 108 2a6 6 0 000 12zM5.5 9.5c.6 1 1.5 1.5 2.5 1.5s1.9-.5 2.5-1.5M6 6.3v.4M10 6.3v.4",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 9h5.8l.6-9",
  warning: "M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.8v.1",
};

/** A line drawing of 16 by 16, in the colour of the text around it. */
export function icon(name, size = 16) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const attributes = { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true", class: "icon" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that is only an icon, with its meaning as title. */
export function iconButton(name, title, onClick, props = {}) {
  return h("button", { type: "button", class: "icon-button", title, "aria-label": title, on: { click: onClick }, ...props }, icon(name));
}

const SAFE = /^(https?:|mailto:|tel:)/i;

/** A link when the address is harmless, otherwise only its words. */
export function link(address, ...words) {
  const url = String(address);
  if (!SAFE.test(url)) return h("span", {}, ...words);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, ...words);
}

/** Let a textarea grow with its text. */
export function autosize(area, most = 240) {
  const fit = () => {
    if (!area.isConnected) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, most)}px`;
  };
  area.addEventListener("input", fit);
  requestAnimationFrame(fit);
  return fit;
}

/** Remember what has the focus; the function that comes back gives it the focus again. */
export function keepFocus() {
  const before = document.activeElement;
  return () => {
    // Chromium restores the focus of a closed dialog without the caret: only a fresh focus can type.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}

/**
 * Remember which part of an element has the focus, by the `data-key`s around it; the function that comes
 * back gives it to the part with the same keys when the old one is gone.
 */
export function keepPlace(root) {
  const active = document.activeElement;
  if (!active || active === root || !root.contains(active)) return () => {};
  const keys = [];
  for (let node = active; node !== root; node = node.parentElement) if (node.dataset?.key) keys.unshift(node.dataset.key);
  return () => {
    if (active.isConnected) return;
    let node = root;
    for (const key of keys) node = node.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? node;
    if (node === root) return;
    const target = node.matches(FOCUSABLE) ? node : node.querySelector(FOCUSABLE);
    target?.focus({ preventScroll: true });
  };
}

const FOCUSABLE = "button:not(:disabled), input, select, textarea, a[href], [tabindex]";

let open = null;

/** Close the popover that is open, if one is; the focus goes back to what opened it. */
export function closePopover() {
  if (open === null) return;
  const { box, anchor, key } = open;
  const hadFocus = box.contains(document.activeElement);
  open = null;
  box.remove();
  if (!hadFocus) return;
  const again = anchor.isConnected ? anchor : key ? document.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  again?.focus({ preventScroll: true });
}

/** Arrows go through what a popover offers, and Tab goes round in it. */
function walk(box, event) {
  const { key, target } = event;
  if (!["ArrowDown", "ArrowUp", "Home", "End", "Tab"].includes(key)) return;
  if (["Home", "End"].includes(key) && target.matches("input, textarea")) return;
  const all = [...box.querySelectorAll(FOCUSABLE)].filter((node) => node.tabIndex >= 0);
  const at = all.indexOf(target);
  const isBack = key === "ArrowUp" || (key === "Tab" && event.shiftKey);
  const next = key === "Home" ? 0 : key === "End" ? all.length - 1 : (at + (isBack ? -1 : 1) + all.length) % all.length;
  event.preventDefault();
  all[next]?.focus();
}

/** An entry of a menu: words, and what they do; the menu closes first. */
export function menuItem(words, act, { sign = null, isDanger = false, isCurrent = false } = {}) {
  return h("button", {
    type: "button", role: "menuitem", class: `menu-item${isCurrent ? " current" : ""}${isDanger ? " danger-item" : ""}`, on: { click: () => {
      closePopover();
      act();
    } },
  }, sign ? icon(sign) : null, h("span", { class: "menu-words" }, words));
}

/** Show content beside an element until the person does something else or presses Escape. */
export function popover(anchor, content, { above = false } = {}) {
  closePopover();
  const box = h("div", { class: "popover", role: "dialog", on: { keydown: (event) => walk(box, event) } }, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8));
  const below = at.bottom + 6;
  const fitsBelow = below + height < window.innerHeight - 8;
  const top = (above || !fitsBelow) && at.top - height - 6 > 8 ? at.top - height - 6 : below;
  box.style.left = `${left}px`;
  box.style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  open = { box, anchor, key: anchor.dataset.key };
  box.querySelector(FOCUSABLE)?.focus({ preventScroll: true });
  return box;
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target)) closePopover();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && open) {
    event.stopPropagation();
    event.preventDefault();
    closePopover();
  }
}, true);
