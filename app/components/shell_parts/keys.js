/* The keyboard of the whole product, by `event.key` so that it is the same on AZERTY and QWERTY.
   Why not Python: a key is answered within a frame, and most are none of the server's business.

   Invariants: nothing happens while a field has the focus, except Ctrl+K; single letters can be switched off (comptoir.letters);
   a component that has handled a key calls preventDefault, and then the shell leaves it alone. */

import { comptoir } from "./comptoir.js";

const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true], .cm-editor";
const GO_SECONDS = 1.5;

/** Calls `actions` for keys until what is returned is called. `actions`: palette, search, create, help, go(letter), newHere, page(key). */
export function listen(actions) {
  let goUntil = 0;
  const onKey = (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = event.key;
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.altKey && !event.shiftKey && key.toLowerCase() === "k") return done(event, actions.palette);
    if (event.target.closest?.(FIELDS) || event.altKey) return;
    if (control) {
      if (key.toLowerCase() === "z" && !event.shiftKey && comptoir.canUndo) done(event, () => comptoir.undo());
      return;
    }
    if (document.querySelector("[aria-modal=true], .q-dialog, .cp-menu, dialog[open]") || !comptoir.letters || key.length !== 1) return;
    if (Date.now() < goUntil) {
      goUntil = 0;
      return done(event, () => actions.go(key.toLowerCase()));
    }
    if (key === "g") goUntil = Date.now() + GO_SECONDS * 1000;
    else if (key === "/") done(event, actions.search);
    else if (key === "?") done(event, actions.help);
    else if (key === "c") done(event, actions.create);
    else if (key === "n") done(event, actions.newHere);
    else actions.page(event);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function done(event, action) {
  event.preventDefault();
  action();
}
