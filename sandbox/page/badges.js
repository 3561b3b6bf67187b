// What stands beside a name: that it is an app, a guest, or somebody of another company.

import { h } from "./dom.js";
import { store } from "./store.js";

/** The badge of a person, or null for members of this workspace. */
export function badge(id) {
  const person = store.people.get(id);
  if (!person) return null;
  const words = person.is_bot ? "APP" : person.is_external ? "EXTERNAL" : person.is_restricted ? "GUEST" : null;
  return words && h("span", { class: "app-badge" }, words);
}
