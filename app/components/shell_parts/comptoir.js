/* `window.comptoir`: what every component may ask of the shell. Made when this file is loaded, filled by the shell before any page
   is drawn. Why not Python: it answers within a frame, also while the server does not.

   Invariants: `fetch` never returns an answer that is not 2xx, it throws {status, message, fields, conflict}; status 0 is "no answer".
   What is not confirmed is never shown as saved. */

import { reactive } from "vue";

export const state = reactive({
  toasts: [],
  saving: "saved", // saved | busy | offline
  signedOut: false,
  popup: "", // which popup of the shell is open
});

let strings = {};
let silentSince = null;
let nextToast = 1;
const undoable = []; // change sets of this page that Ctrl+Z undoes, newest last

export const comptoir = {
  lang: document.documentElement.lang || "fr",
  zone: "",
  theme: "auto",
  currency: "EUR",
  week_start: 0,
  letters: true,
  user: null,

  /** Called by the shell with what the server said about this person. */
  setUp(data) {
    strings = data.strings;
    for (const key of ["lang", "zone", "theme", "currency", "week_start", "letters", "user"]) comptoir[key] = data[key];
  },

  /** A text of the shell in the user's language, with {name} parameters. */
  t(key, params = {}) {
    return (strings[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
  },

  /** JSON from and to our own server. `options`: method, body (plain data), signal, headers. */
  async fetch(path, options = {}) {
    const { body, headers, ...rest } = options;
    const isData = body !== undefined && !(body instanceof FormData) && !(body instanceof Blob);
    let response;
    try {
      response = await fetch(path, {
        credentials: "same-origin",
        ...rest,
        headers: { Accept: "application/json", "X-Comptoir": "1", ...(isData ? { "Content-Type": "application/json" } : {}), ...headers },
        body: isData ? JSON.stringify(body) : body,
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw comptoir._silent();
    }
    if (silentSince) {
      silentSince = null;
      comptoir.saving("saved");
    }
    const answer = response.status === 204 ? null : await response.json().catch(() => null);
    if (response.ok) return answer;
    if (response.status === 401) state.signedOut = true;
    throw Object.assign(new Error(answer?.message || comptoir.t("failed", { status: response.status })), {
      ...answer,
      status: response.status,
      fields: answer?.fields || {},
    });
  },

  _silent() {
    silentSince ??= new Date();
    comptoir.saving("offline");
    const time = silentSince.toLocaleTimeString(comptoir.lang, { hour: "2-digit", minute: "2-digit" });
    return Object.assign(new Error(comptoir.t("silent", { time })), { status: 0, fields: {} });
  },

  /** Opens an address of ours without loading the page anew. */
  navigate(path) {
    window.emitEvent("sub_pages_navigate", path);
  },

  /** Says in the footer what happens to the user's input: "busy", "saved" or "offline". */
  saving(what) {
    state.saving = what;
  },

  /** A short message at the bottom. `undo`: a change set that its button takes back; `link`: an address it opens;
      `kind`: "", "error" or "warning"; `again`: a function for "Try again". */
  toast(text, { undo = null, link = "", kind = "", again = null, icon = "" } = {}) {
    if (undo) undoable.push({ set: undo, text });
    if (undoable.length > 30) undoable.shift();
    const toast = { id: nextToast++, text, undo, link, kind, again, icon, seconds: undo ? 10 : kind ? 8 : 4 };
    state.toasts = [...state.toasts.filter((t) => t.text !== text || t.undo).slice(-2), toast];
    return toast.id;
  },

  dismiss(id) {
    state.toasts = state.toasts.filter((toast) => toast.id !== id);
  },

  /** Takes back a change set, by default the last one of this page. */
  async undo(set) {
    const last = set ? { set } : undoable.at(-1);
    if (!last) return;
    const index = undoable.findIndex((u) => u.set === last.set);
    const { text } = index >= 0 ? undoable.splice(index, 1)[0] : { text: "" };
    state.toasts = state.toasts.filter((toast) => toast.undo !== last.set);
    try {
      const answer = await comptoir.fetch(`/api/ui/undo/${last.set}`, { method: "POST", body: {} });
      const refused = answer?.refused?.length || 0;
      comptoir.toast(refused ? comptoir.t("undone_partly", { n: refused }) : comptoir.t("undone", { what: text }), { kind: refused ? "warning" : "", icon: "undo" });
      window.dispatchEvent(new CustomEvent("comptoir:undone", { detail: { set: last.set } }));
    } catch (error) {
      comptoir.toast(error.message, { kind: "error" });
    }
  },

  /** Whether there is something that Ctrl+Z would take back. */
  get canUndo() {
    return undoable.length > 0;
  },

  /** What was changed through a form or a cell: Ctrl+Z takes it back even when no toast was shown. */
  changed(set, text = "") {
    if (set) undoable.push({ set, text });
  },
};

window.comptoir = comptoir;

/** Lower case without accents: how the palette compares. */
export function fold(text) {
  return (text || "").normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/œ/g, "oe").replace(/æ/g, "ae").toLowerCase();
}
