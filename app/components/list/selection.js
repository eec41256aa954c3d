/* Which records are selected: some by id, or all that match the filter except some.
   Why not Python: boxes, Shift ranges and « x » answer at once; the ids go to the server with the action. */

import { computed, reactive } from "vue";

export class Selection {
  constructor(rows) {
    this.rows = rows;
    this.state = reactive({ all: false, ids: new Set(), except: new Set(), anchor: -1 });
    this.count = computed(() => (this.state.all ? Math.max(0, (rows.total.value ?? 0) - this.state.except.size) : this.state.ids.size));
  }

  has(id) {
    return this.state.all ? !this.state.except.has(id) : this.state.ids.has(id);
  }

  set(id, on) {
    const { all, ids, except } = this.state;
    if (all) on ? except.delete(id) : except.add(id);
    else on ? ids.add(id) : ids.delete(id);
  }

  toggle(id, index) {
    this.set(id, !this.has(id));
    this.state.anchor = index;
  }

  /** Shift: everything between the last box and this one becomes as this one becomes. */
  async range(index, on) {
    const anchor = this.state.anchor < 0 ? index : this.state.anchor;
    const ids = await this.rows.ids(Math.min(anchor, index), Math.max(anchor, index));
    for (const id of ids) this.set(id, on);
    this.state.anchor = index;
  }

  selectAll() {
    Object.assign(this.state, { all: true, ids: new Set(), except: new Set() });
  }

  clear() {
    Object.assign(this.state, { all: false, ids: new Set(), except: new Set(), anchor: -1 });
  }

  /** What a mass action sends: ids, or all that match. */
  asJson() {
    return this.state.all ? { all: true, except: [...this.state.except] } : { ids: [...this.state.ids] };
  }
}
