/* One record as its page sees it: read, changed field by field, moved through its stages, deleted and restored.
   Why not Python: what one typed must be on screen within a frame, also while the server does not answer.

   Invariants: what the server refused stays in the field with its reason; a value that somebody else changed meanwhile is never
   overwritten silently: both are shown and the person chooses. */

import { reactive } from "vue";

export function useRecord(props) {
  const state = reactive({ row: null, problem: "", counts: {}, notes: 0, deleted: props.deleted, history: 0 });
  const fields = reactive({}); // name → {pending, problem, raw, conflict}
  const url = `${props.url}/${props.id}`;

  async function load() {
    try {
      state.row = await window.comptoir.fetch(`${url}/whole`);
      state.deleted = Boolean(state.row.deleted);
      state.problem = "";
      state.history += 1;
    } catch (error) {
      state.problem = error.message;
    }
  }

  async function loadCounts() {
    try {
      const answer = await window.comptoir.fetch(`${url}/related`);
      Object.assign(state, { counts: answer.counts, notes: answer.notes });
    } catch (error) {
      if (error.status && error.status !== 404) window.comptoir.toast(error.message, { kind: "error" });
    }
  }

  /** Saves fields; resolves to true when they are saved. */
  async function save(values, { version = state.row.version, toast = "" } = {}) {
    const names = Object.keys(values);
    names.forEach((name) => (fields[name] = { pending: true, raw: values[name] }));
    window.comptoir.saving("busy");
    try {
      const answer = await window.comptoir.fetch(url, { method: "PATCH", body: { values, version } });
      window.comptoir.saving("saved");
      names.forEach((name) => delete fields[name]);
      if (answer.row) Object.assign(state.row, answer.row);
      if (toast && answer.undo) window.comptoir.toast(toast, { undo: answer.undo });
      else window.comptoir.changed(answer.undo, toast);
      answer.warnings.forEach((text) => window.comptoir.toast(text, { kind: "warning" }));
      state.history += 1;
      return true;
    } catch (error) {
      if (error.status) window.comptoir.saving("saved");
      names.forEach((name) => {
        const conflict = error.conflict?.[name];
        fields[name] = { raw: values[name], problem: error.fields?.[name] || error.message, conflict };
      });
      const elsewhere = Object.entries(error.fields || {}).filter(([name]) => !names.includes(name));
      if (elsewhere.length) window.comptoir.toast(elsewhere[0][1], { kind: "error" });
      if (error.status === 404) load();
      return false;
    }
  }

  /** After a conflict: my value over theirs, on top of what they saved. */
  async function insist(name) {
    const { raw } = fields[name];
    await load();
    return save({ [name]: raw });
  }

  /** After a conflict, or a refusal: the value as it is. */
  async function giveIn(name) {
    delete fields[name];
    await load();
  }

  async function remove() {
    try {
      const answer = await window.comptoir.fetch(url, { method: "DELETE" });
      window.comptoir.toast(props.strings.deleted.replace("{name}", state.row.title), { undo: answer.undo, icon: "delete" });
      window.comptoir.navigate(`/${props.module.slug}`);
    } catch (error) {
      window.comptoir.toast(error.message, { kind: "error" });
    }
  }

  async function restore() {
    try {
      await window.comptoir.fetch(`${props.url}/mass`, { method: "POST", body: { action: "restore", ids: [props.id] } });
      state.deleted = false;
      await load();
    } catch (error) {
      window.comptoir.toast(error.message, { kind: "error" });
    }
  }

  return { state, fields, url, load, loadCounts, save, insist, giveIn, remove, restore };
}
