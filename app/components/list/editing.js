/* Editing in place: one cell at a time, saved on leaving, refused input kept with its message until somebody mends or drops it.
   Why not Python: the next cell must open at once; what was typed must outlive a lost connection.

   Invariants: saves of one record go one after the other, each with the version last seen; nothing typed disappears without a save or
   an Escape; `overlay` holds what cells show while the server has not answered or has refused. */

import { optimistic, t, textOf } from "comptoir-kinds";
import { reactive, ref } from "vue";

export class Editing {
  /** `url` of the module's JSON, its `fields`, `rows` of the table, `afterSave()` reads counts and sums again. */
  constructor({ url, fields, rows, afterSave }) {
    Object.assign(this, { url, fields, rows, afterSave });
    this.state = reactive({ id: "", name: "", initial: undefined, value: undefined }); // what the open editor starts with, if not the cell
    this.overlay = reactive(new Map()); // "id:name" → {value?, text?, pending, problem?, raw, conflict?}
    this.more = ref(null); // {row, field, raw, display, fields, problems}: an edit that needs other fields as well
    this.queues = new Map(); // id → the promise of its last save
  }

  /** Whether a cell may be edited here. */
  allows(row, field) {
    return Boolean(row) && !field.readonly && (row.can || []).includes("edit");
  }

  isOpen(row, field) {
    return this.state.id === row?.id && this.state.name === field.name;
  }

  /** Whether something in this row was refused and waits. */
  refused(row) {
    return this.overlay.size > 0 && [...this.overlay].some(([key, kept]) => kept.problem && key.startsWith(`${row.id}:`));
  }

  of(row, field) {
    return this.overlay.get(`${row.id}:${field.name}`);
  }

  open(row, field) {
    if (!this.allows(row, field)) return false;
    const kept = this.of(row, field);
    const refused = kept?.problem ? kept : {};
    const picks = ["choice", "choices", "link", "links", "person", "boolean"].includes(field.editor);
    Object.assign(this.state, { id: row.id, name: field.name, initial: picks ? undefined : refused.raw, value: picks ? refused.value : undefined });
    return true;
  }

  close() {
    Object.assign(this.state, { id: "", name: "", initial: undefined, value: undefined });
  }

  /** Escape: what was refused is dropped, the stored value stays. */
  cancel(row, field) {
    const kept = this.of(row, field);
    if (kept?.problem) this.overlay.delete(`${row.id}:${field.name}`);
    this.close();
  }

  /** Sends one value. Resolves to whether it was kept. */
  save(row, field, raw, { changed = true, display } = {}) {
    if (this.isOpen(row, field)) this.close();
    const key = `${row.id}:${field.name}`;
    if (!changed && !this.overlay.has(key)) return Promise.resolve(true);
    const value = optimistic(field, raw, display);
    const shown = value === undefined ? { text: typeof display === "string" ? display : String(raw ?? "") } : { value };
    this.overlay.set(key, { ...shown, raw, pending: true });
    window.comptoir.saving?.("busy");
    const before = this.queues.get(row.id) || Promise.resolve();
    const saved = before.then(() => this.send(row, field, raw, shown, key, display));
    this.queues.set(row.id, saved);
    return saved;
  }

  async send(row, field, raw, shown, key, display, others = {}) {
    const version = this.rows.at(this.rows.indexOf(row.id))?.version ?? row.version;
    try {
      const answer = await window.comptoir.fetch(`${this.url}/${row.id}`, { method: "PATCH", body: { values: { [field.name]: raw, ...others }, version } });
      this.overlay.delete(key);
      if (answer.row) this.rows.replace(answer.row);
      window.comptoir.changed(answer.undo, t("change_of", { field: field.label, record: row.title }));
      for (const warning of answer.warnings || []) window.comptoir.toast(warning, { kind: "warning" });
      window.comptoir.saving?.("saved");
      this.afterSave();
      return true;
    } catch (error) {
      const problem = error.fields?.[field.name] || error.message;
      const needed = this.fields.filter((one) => one.name !== field.name && !one.readonly && error.fields?.[one.name]);
      if (needed.length && !error.fields[field.name]) this.more.value = { row, field, raw, shown, display, fields: needed, problems: error.fields };
      this.overlay.set(key, { ...shown, raw, pending: false, problem, conflict: error.status === 409 });
      window.comptoir.saving?.(error.status ? "saved" : "offline");
      return false;
    }
  }

  /** The edit again, with the other fields that it needs. Resolves to whether it was kept. */
  async complete(others) {
    const { row, field, raw, shown, display } = this.more.value;
    const key = `${row.id}:${field.name}`;
    this.more.value = null;
    this.overlay.set(key, { ...shown, raw, pending: true });
    return this.send(row, field, raw, shown, key, display, others);
  }

  /** After a conflict: this value wins over the colleague's. */
  async insist(row, field) {
    const kept = this.of(row, field);
    await this.reload(row.id);
    return this.save(this.rows.at(this.rows.indexOf(row.id)) || row, field, kept.raw, { display: kept.text ?? kept.value });
  }

  /** After a conflict: the colleague's value stays. */
  async giveIn(row, field) {
    this.overlay.delete(`${row.id}:${field.name}`);
    await this.reload(row.id);
  }

  async reload(id) {
    this.rows.replace(await window.comptoir.fetch(`${this.url}/${id}`));
  }

  /** What a cell says to a screen reader. */
  label(row, field) {
    const kept = this.of(row, field);
    return kept?.text ?? textOf(kept && "value" in kept ? kept.value : row.cells[field.name], field, row);
  }
}
