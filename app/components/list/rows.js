/* The rows of a list as the table sees them: block by block from the server, going on by cursor, jumping by offset.
   Why not Python: what to fetch follows the scroll bar, frame by frame; rows never cross the page's socket.

   Invariants: at most KEPT blocks of SIZE rows are held; an answer to an older question is dropped, a block that scrolled out of
   sight before its answer is aborted; `tick` changes whenever something to draw has changed. */

import { ref } from "vue";

const SIZE = 100;
const KEPT = 30;
const SETTLE = 100; // ms of rest before a jump is fetched
const RETRY = [1, 2, 4, 8, 15, 30]; // s

export class Rows {
  /** `url` of the module's JSON, `parameters()` → what filters, sorts and chooses fields; `onCount(answer)`, `onChanged(ids)`,
      `onFirst(rows)` when the beginning of a list arrives. */
  constructor({ url, parameters, onCount = () => {}, onChanged = () => {}, onFirst = () => {} }) {
    Object.assign(this, { url, parameters, onCount, onChanged, onFirst });
    this.tick = ref(0);
    this.total = ref(null); // null: not known yet
    this.capped = ref(false);
    this.error = ref(null); // of the visible part: {message, status, at, retryIn}
    this.blocks = new Map(); // number → {rows, next, state: "loading" | "ready", used, control, stale}
    this.generation = 0;
    this.clock = 0;
    this.failures = 0;
  }

  /** [[place, id], …] of the rows that are held, in order: the list that a record was opened from. */
  pairs() {
    const ready = [...this.blocks].filter(([, block]) => block.state === "ready").sort(([a], [b]) => a - b);
    return ready.flatMap(([number, block]) => block.rows.map((row, n) => [number * SIZE + n, row.id]));
  }

  /** Forgets everything and asks again. */
  reset() {
    this.generation += 1;
    for (const block of this.blocks.values()) block.control?.abort();
    this.blocks.clear();
    this.total.value = null;
    this.error.value = null;
    this.counting?.abort();
    clearTimeout(this.settling);
    clearTimeout(this.retrying);
    this.count();
    this.need(0, 0);
    this.tick.value += 1;
  }

  /** Reads the visible rows and the count again, keeping what is on screen until the answer is there. */
  refresh(first, last) {
    for (const [number, block] of this.blocks) {
      block.stale = true;
      if (number < Math.floor(first / SIZE) - 1 || number > Math.floor(last / SIZE) + 1) this.drop(number);
    }
    this.count();
    this.need(first, last);
  }

  /** Reads the rows from `first` to `last` again where they stand: nothing moves under the hand of who works in the list. */
  async renew(first, last) {
    const ids = [];
    for (let index = first; index <= last; index += 1) if (this.at(index)) ids.push(this.at(index).id);
    if (!ids.length) return;
    const query = new URLSearchParams({ fields: this.parameters().get("fields"), filter: JSON.stringify({ field: "id", op: "in", value: ids }), limit: ids.length });
    const generation = this.generation;
    const answer = await window.comptoir.fetch(`${this.url}/rows?${query}`);
    if (generation !== this.generation) return;
    const changed = answer.rows.filter((row) => this.at(this.indexOf(row.id))?.version < row.version);
    for (const row of changed) this.replace(row);
    if (changed.length) this.onChanged(changed.map((row) => row.id));
  }

  /** Makes sure that the rows from `first` to `last` are there or asked for; `resting` is false while one drags the scroll bar. */
  need(first, last, resting = true) {
    const from = Math.max(0, Math.floor(first / SIZE));
    const to = Math.max(from, Math.floor(last / SIZE));
    for (const [number, block] of this.blocks) {
      if (block.state === "loading" && !block.rows && (number < from - 1 || number > to + 1)) this.drop(number);
    }
    clearTimeout(this.settling);
    for (let number = from; number <= to; number += 1) {
      const block = this.blocks.get(number);
      if (block) block.used = this.clock += 1;
      if (block && !(block.stale && block.state === "ready")) continue;
      const follows = number === 0 || this.blocks.get(number - 1)?.next;
      if (resting || follows || block) this.fetch(number);
      else this.settling = setTimeout(() => this.need(first, last), SETTLE);
    }
    const after = this.blocks.get(to);
    if (resting && after?.state === "ready" && after.next && !this.blocks.has(to + 1) && last % SIZE > SIZE / 2) this.fetch(to + 1);
  }

  /** The row at `index`, or undefined. */
  at(index) {
    return this.blocks.get(Math.floor(index / SIZE))?.rows?.[index % SIZE];
  }

  /** The index of a record that is held, or -1. */
  indexOf(id) {
    for (const [number, block] of this.blocks) {
      const found = block.rows ? block.rows.findIndex((row) => row.id === id) : -1;
      if (found >= 0) return number * SIZE + found;
    }
    return -1;
  }

  /** Puts a newer state of a row in its place. Returns whether it was held. */
  replace(row) {
    const index = this.indexOf(row.id);
    if (index < 0) return false;
    this.blocks.get(Math.floor(index / SIZE)).rows[index % SIZE] = row;
    this.tick.value += 1;
    return true;
  }

  /** Ids from `first` to `last`, fetched where they are missing (at most 2,000). */
  async ids(first, last) {
    const end = Math.min(last, first + 1999);
    for (let index = first; index <= end; index = (Math.floor(index / SIZE) + 1) * SIZE) {
      const number = Math.floor(index / SIZE);
      if (!this.blocks.get(number)?.rows) await this.fetch(number);
    }
    return Array.from({ length: end - first + 1 }, (_, i) => this.at(first + i)?.id).filter(Boolean);
  }

  /** The numbers of the list: how many, sums. First up to 10,000 at once, then exactly. */
  async count(exact = false) {
    if (!exact) this.counting?.abort();
    const control = (this.counting = new AbortController());
    const generation = this.generation;
    try {
      const query = this.parameters();
      if (exact) query.set("exact", "1");
      const answer = await window.comptoir.fetch(`${this.url}/count?${query}`, { signal: control.signal });
      if (generation !== this.generation || control !== this.counting) return;
      this.total.value = exact || !answer.capped ? answer.count : Math.max(answer.count, this.total.value ?? 0);
      this.capped.value = answer.capped;
      this.onCount(answer);
      this.tick.value += 1;
      if (answer.capped && !exact) await this.count(true);
    } catch (error) {
      if (error.name !== "AbortError" && generation === this.generation && !this.blocks.size) this.fail(error, 0);
    }
  }

  async fetch(number) {
    const previous = this.blocks.get(number - 1);
    const block = this.blocks.get(number) || { rows: null, next: null };
    block.control?.abort();
    const control = new AbortController();
    Object.assign(block, { state: "loading", control, used: (this.clock += 1), stale: false });
    this.blocks.set(number, block);
    const generation = this.generation;
    const query = this.parameters();
    query.set("limit", SIZE);
    if (number > 0 && previous?.next && !previous.stale) query.set("after", previous.next);
    else if (number > 0) query.set("offset", number * SIZE);
    try {
      const answer = await window.comptoir.fetch(`${this.url}/rows?${query}`, { signal: control.signal });
      if (generation !== this.generation || block.control !== control) return;
      this.take(number, block, answer);
    } catch (error) {
      if (error.name === "AbortError" || generation !== this.generation || block.control !== control) return;
      if (block.rows) block.state = "ready";
      else this.blocks.delete(number);
      this.fail(error, number);
    }
  }

  take(number, block, answer) {
    const before = new Map((block.rows || []).map((row) => [row.id, row]));
    const changed = before.size ? answer.rows.filter((row) => before.get(row.id)?.version !== row.version).map((row) => row.id) : [];
    Object.assign(block, { rows: answer.rows, next: answer.next, state: "ready", control: null });
    const seen = number * SIZE + answer.rows.length;
    if (this.total.value === null || seen > this.total.value || (!answer.next && number * SIZE < this.total.value)) this.total.value = answer.next ? seen + 1 : seen;
    if (number === 0 && !before.size && answer.rows.length) this.onFirst(answer.rows);
    this.failures = 0;
    this.error.value = null;
    for (const old of [...this.blocks].sort((a, b) => a[1].used - b[1].used).slice(0, Math.max(0, this.blocks.size - KEPT))) this.drop(old[0]);
    this.tick.value += 1;
    if (changed.length) this.onChanged(changed, before);
  }

  fail(error, number) {
    const retryIn = error.status && error.status < 500 ? 0 : RETRY[Math.min(this.failures, RETRY.length - 1)];
    this.failures += 1;
    const first = this.error.value?.since;
    this.error.value = { message: error.message, status: error.status || 0, code: error.code || "", since: first || new Date(), retryIn };
    this.tick.value += 1;
    clearTimeout(this.retrying);
    if (retryIn) this.retrying = setTimeout(() => this.retry(number), retryIn * 1000);
  }

  /** Asks again for what failed. */
  retry(number = 0) {
    clearTimeout(this.retrying);
    if (this.total.value === null) this.count();
    this.fetch(number);
  }

  drop(number) {
    this.blocks.get(number)?.control?.abort();
    this.blocks.delete(number);
  }

  /** Stops everything: the table goes away. */
  dispose() {
    this.generation += 1;
    this.counting?.abort();
    for (const block of this.blocks.values()) block.control?.abort();
    clearTimeout(this.settling);
    clearTimeout(this.retrying);
  }
}
