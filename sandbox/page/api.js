// The sandbox's control API. What it refuses comes back as an Error with its sentence.

import { released } from "./pressing.js";

async function answer(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = { error: `The workspace answered with status ${response.status}.` };
  }
  if (!response.ok) throw new Error(body.error ?? `The workspace answered with status ${response.status}.`);
  return body;
}

/** Ask for something to show. It comes when nothing is pressed: what is drawn anew then would lose its click. */
export async function get(path) {
  const found = await answer(await fetch(`/sandbox/${path}`, { headers: { accept: "application/json" } }));
  await released();
  return found;
}

export async function post(path, body) {
  return answer(await fetch(`/sandbox/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }));
}
