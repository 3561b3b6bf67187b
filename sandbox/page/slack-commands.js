// The commands that Slack itself has, whatever app is there.

import { post } from "./api.js";
import { everybody, store } from "./store.js";

export const OWN = [
  { command: "/invite", usage_hint: "@somebody …", description: "Bring people, or the app, into this channel" },
  { command: "/topic", usage_hint: "[text]", description: "Say what this channel is about" },
  { command: "/leave", usage_hint: "", description: "Leave this channel" },
];

/** Do a command of Slack's own; false when it is none. */
export async function ownCommand(command, text) {
  const here = { user: store.me, channel: store.channelId };
  if (command === "/invite") await post("invite", { ...here, people: named(text) });
  else if (command === "/topic") await post("topic", { ...here, topic: text });
  else if (command === "/leave") await post("leave", here);
  else return false;
  return true;
}

function named(text) {
  return text.split(/[\s,]+/).filter(Boolean).map((word) => {
    const name = word.replace(/^@/, "").toLowerCase();
    const person = everybody().find((each) => each.name.toLowerCase() === name);
    if (!person) throw new Error(`Nobody here is called ${word}.`);
    return person.id;
  });
}
