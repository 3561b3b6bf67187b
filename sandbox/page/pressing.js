// Whether a button is being pressed: a click is a press and a release on the same element.

const LONGEST = 1000;

let release = null;
let pressed = null;

document.addEventListener("pointerdown", () => {
  pressed ??= new Promise((resolve) => {
    release = resolve;
  });
}, { capture: true });

for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => {
  // The click itself comes after this event.
  setTimeout(() => {
    release?.();
    pressed = release = null;
  });
}, { capture: true });

/** Wait until nothing is pressed any more, at most a second: text may be selected for longer. */
export async function released() {
  if (pressed !== null) await Promise.race([pressed, new Promise((resolve) => setTimeout(resolve, LONGEST))]);
}
