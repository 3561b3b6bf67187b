// Files of this workspace: pictures are shown, everything else is a link.

import { h, icon, link } from "./dom.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const ADDRESS = /^\/files\/(F[A-Z0-9]+)\/([^/]+\.(?:png|jpe?g|gif|webp))$/i;

/** A file that hangs on a message. */
export function attachedFile(file) {
  const address = `${location.origin}/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`;
  const name = link(address, file.title || file.name);
  if (PICTURES.has(file.mimetype) && file.size) {
    return h("figure", { class: "picture" }, h("figcaption", { class: "muted small" }, name), picture(address, file.alt || file.title || file.name));
  }
  return h("div", { class: "file" }, icon("canvas"), name,
    file.size ? h("span", { class: "muted small" }, `${Math.max(1, Math.round(file.size / 1024))} KB`) : null);
}

/** The picture that a permalink of this workspace names; null for any other address. */
export function pictureAt(url, alt) {
  let parsed;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return null;
  }
  return parsed.origin === location.origin && ADDRESS.test(parsed.pathname) ? picture(parsed.href, alt) : null;
}

function picture(address, alt) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, h("img", { class: "shared-picture", src: address, alt, loading: "lazy" }));
}
