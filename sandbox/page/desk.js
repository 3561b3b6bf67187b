// What people put into the elements of a message, a form or a Home tab, and how a press is told.

import { post } from "./api.js";
import { attempt } from "./dialogs.js";
import { store } from "./store.js";

/** The elements of one place. `where` gives the message or view that a press names. */
export class Desk {
  constructor(where = () => ({})) {
    this.where = where;
    this.entries = new Map();
    this.errors = {};
  }

  #key = (block, element) => `${block.block_id} ${element.action_id}`;

  remember(block, element, value) {
    if (element.type === "button" || element.type === "overflow") return;
    this.entries.set(this.#key(block, element), { block: block.block_id, action: element.action_id, isInput: block.type === "input", value });
  }

  recall(block, element) {
    return this.entries.get(this.#key(block, element))?.value;
  }

  /** What was put in, by block id and action id, of blocks that are there. */
  values(blocks) {
    const here = new Set((blocks ?? []).map((block) => block.block_id));
    const values = {};
    for (const { block, action, value } of this.entries.values()) {
      if (here.has(block)) values[block] = { ...values[block], [action]: value };
    }
    return values;
  }

  /** New blocks came: what stands in inputs that are still there stays, and nothing else. */
  keep(blocks) {
    const here = new Set((blocks ?? []).map((block) => block.block_id));
    for (const [key, entry] of this.entries) if (!entry.isInput || !here.has(entry.block)) this.entries.delete(key);
  }

  /** Press an element or choose in it. */
  async act(block, element, value) {
    await attempt(async () => {
      const { blocks, ...place } = this.where();
      const answer = await post("click", {
        user: store.me, ...place, block_id: block.block_id, action_id: element.action_id, value, values: this.values(blocks),
      });
      if (answer.error) throw new Error(answer.error);
    });
  }
}
