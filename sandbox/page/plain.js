// Plain text objects as elements.

import { h, fragment } from "./dom.js";
import { emoji, character } from "./emoji.js";

/** Plain text, in which only emoji and line ends mean something. */
export function plain(words) {
  return fragment(String(words).split(/(:[a-z0-9_+'-]+:)/).map((part, at) => {
    if (at % 2 && character(part.slice(1, -1)) !== null) return emoji(part.slice(1, -1));
    return part.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
  }));
}
