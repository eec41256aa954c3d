/* The parts of the shell, for `import … from "comptoir-shell"`. Why not Python: see shell.js. */
export { comptoir, state } from "./comptoir.js";
export { Menu } from "./menu.js";
export { Palette } from "./palette.js";
export { Toasts } from "./toasts.js";
export { KeyHelp } from "./help.js";
export { Recent } from "./recent.js";
export { listen } from "./keys.js";
