/* Where one is in the table, and what keys do there: arrows, Page, Home, End, j, k, x, Space, Enter, F2, Tab between cells.
   Why not Python: a held arrow key moves 30 times a second.

   Row -1 is the head. One cell alone can be reached by Tab (roving tabindex), so that the page's other parts stay near. */

import { reactive } from "vue";

const FIELDS = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=menu]";

/** Whether the event belongs to something one types in, or to a menu or dialog. */
export function inField(event) {
  return Boolean(event.target.closest?.(FIELDS)) || Boolean(event.target.closest?.("dialog, .q-dialog, [role=dialog]"));
}

export class Grid {
  /** `page()` → rows a page; `actions`: {columns(), total(), row(i), reveal(i), edit, toggle, extend, openRecord, peek, head}. */
  constructor(actions) {
    this.actions = actions;
    this.active = reactive({ row: 0, col: 0 });
    this.focused = false;
  }

  go(row, col = this.active.col) {
    const last = Math.max(0, this.actions.total() - 1);
    this.active.row = Math.max(-1, Math.min(row, last));
    this.active.col = Math.max(0, Math.min(col, this.actions.columns().length - 1));
    this.actions.reveal(this.active.row, true);
  }

  /** The next cell in reading order that may be edited, from the active one; null at the end of what is loaded. */
  next(step) {
    const columns = this.actions.columns();
    let { row, col } = this.active;
    for (let tries = columns.length * 2; tries > 0; tries -= 1) {
      col += step;
      if (col < 0 || col >= columns.length) {
        row += step;
        col = step > 0 ? 0 : columns.length - 1;
      }
      if (!this.actions.row(row)) return null;
      if (this.actions.allows(row, columns[col])) return { row, col };
    }
    return null;
  }

  /** A key on the table itself. Returns true when it did something. */
  press(event) {
    const { row, col } = this.active;
    if (row < 0) return this.pressHead(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return event.key === "a" && (event.ctrlKey || event.metaKey) ? this.done(() => this.actions.selectScreen()) : false;
    const page = Math.max(1, this.actions.page() - 1);
    const moves = {
      ArrowDown: () => (event.shiftKey ? this.extend(row + 1) : this.go(row + 1)),
      ArrowUp: () => (event.shiftKey ? this.extend(row - 1) : this.go(row - 1)),
      ArrowLeft: () => this.go(row, col - 1),
      ArrowRight: () => this.go(row, col + 1),
      PageDown: () => this.go(row + page),
      PageUp: () => this.go(Math.max(0, row - page)),
      Home: () => this.go(0),
      End: () => this.go(this.actions.total() - 1),
      " ": () => this.actions.peek(row),
      Enter: () => (col === 0 ? this.actions.openRecord(row) : this.actions.edit(row, col) || this.actions.openRecord(row)),
      F2: () => this.actions.edit(row, col),
      ...(window.comptoir?.letters === false ? {} : { j: () => this.go(row + 1), k: () => this.go(Math.max(0, row - 1)), x: () => this.actions.toggle(row) }),
    };
    return moves[event.key] ? this.done(moves[event.key]) : false;
  }

  pressHead(event) {
    const { col } = this.active;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && event.altKey) return this.done(() => (event.shiftKey ? this.actions.widen(col, step * 16) : this.actions.shift(col, step)));
    const moves = {
      ArrowDown: () => this.go(0),
      ArrowLeft: () => this.go(-1, col - 1),
      ArrowRight: () => this.go(-1, col + 1),
      Enter: () => this.actions.sort(col, event.shiftKey),
      " ": () => this.actions.sort(col, event.shiftKey),
    };
    return moves[event.key] ? this.done(moves[event.key]) : false;
  }

  extend(row) {
    const from = this.active.row;
    this.go(row);
    this.actions.extend(from, this.active.row);
  }

  done(move) {
    move();
    return true;
  }
}
