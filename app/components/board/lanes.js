/* What a board shows: lanes with their figures and the cards that were loaded. Asks app/api/board.py, shows a move at once and takes
   it back when the server refuses it. Why not Python: a drop must be seen within a frame.

   Invariants: a card stands in one lane only; sums are the server's, never added up here; an answer that was overtaken is dropped. */

import { computed, reactive, ref } from "vue";

export const keyOf = (value) => JSON.stringify(value ?? null);

export function useLanes(props, emit) {
  const question = reactive({ ...props.query });
  const state = reactive({ lanes: [], zones: [], by: "", total: "", mixed: false, sum: null, weighted: null, beyond: 0, loading: true, error: null });
  const flashing = reactive(new Set());
  const collapsedKey = `cp-board-${props.module.slug}`;
  const chosen = reactive(JSON.parse(localStorage.getItem(collapsedKey) || "{}")); // lane → true (collapsed) or false (open)
  const loadedLanes = ref(0);
  let asked = 0;

  const parameters = (more = {}) => {
    const given = { ...question, ...more };
    return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== "" && value !== null && value !== undefined));
  };

  async function load() {
    const mine = ++asked;
    try {
      const answer = await window.comptoir.fetch(`${props.url}/board?${parameters()}`);
      if (mine !== asked) return;
      const before = new Map(state.lanes.flatMap((lane) => lane.cards.map((card) => [card.id, `${card.version} ${keyOf(lane.value)}`])));
      const known = new Map(state.lanes.map((lane) => [keyOf(lane.value), lane]));
      const { lanes, ...rest } = answer;
      const sameLanes = answer.by === state.by;
      const first = new Set(lanes.flatMap((lane) => lane.cards.map((card) => card.id)));
      state.lanes = lanes.map((lane) => keepLoaded(lane, sameLanes ? known.get(keyOf(lane.value)) : null, first));
      Object.assign(state, rest, { loading: false, error: null });
      state.lanes.filter((lane) => lane.stale).forEach((lane) => reread(lane, mine));
      if (loadedLanes.value++) state.lanes.forEach((lane) => lane.cards.forEach((card) => {
        if (before.get(card.id) !== `${card.version} ${keyOf(lane.value)}`) flash(card.id);
      }));
      emit("count", { count: state.lanes.reduce((sum, lane) => sum + lane.count, 0), capped: false });
    } catch (error) {
      if (mine !== asked || error.name === "AbortError") return;
      Object.assign(state, { loading: false, error });
    }
  }

  /* A lane that was read further down keeps its further cards on screen until they have been read again. */
  function keepLoaded(lane, old, first) {
    if (!lane.next || !old || old.cards.length <= lane.cards.length) return { ...lane, busy: false, stale: 0 };
    const rest = old.cards.slice(lane.cards.length).filter((card) => !first.has(card.id));
    return { ...lane, cards: [...lane.cards, ...rest], next: old.next, busy: false, stale: old.cards.length };
  }

  async function reread(lane, mine) {
    try {
      const answer = await window.comptoir.fetch(`${props.url}/board/cards?${parameters({ lane: keyOf(lane.value), limit: lane.stale })}`);
      if (mine !== asked) return;
      lane.cards.splice(0, lane.cards.length, ...answer.cards);
      Object.assign(lane, { next: answer.next, stale: 0 });
    } catch (error) {
      if (error.status) window.comptoir.toast(error.message, { kind: "error" });
    }
  }

  function flash(id) {
    flashing.add(id);
    setTimeout(() => flashing.delete(id), 1200);
  }

  async function more(lane) {
    if (!lane.next || lane.busy) return;
    lane.busy = true;
    try {
      const answer = await window.comptoir.fetch(`${props.url}/board/cards?${parameters({ lane: keyOf(lane.value), after: lane.next })}`);
      const known = new Set(lane.cards.map((card) => card.id));
      lane.cards.push(...answer.cards.filter((card) => !known.has(card.id)));
      lane.next = answer.next;
    } catch (error) {
      window.comptoir.toast(error.message, { kind: "error", again: () => more(lane) });
    } finally {
      lane.busy = false;
    }
  }

  const laneOf = (id) => state.lanes.find((lane) => lane.cards.some((card) => card.id === id));
  const laneWith = (value) => state.lanes.find((lane) => keyOf(lane.value) === keyOf(value));

  /** Moves a card to the lane of `value` (null values too); resolves to true when the server took it. */
  async function move(id, value, index, values = {}) {
    const from = laneOf(id);
    const card = from?.cards.find((one) => one.id === id);
    if (!card) return false;
    const place = from.cards.indexOf(card);
    const to = laneWith(value);
    from.cards.splice(place, 1);
    if (to) to.cards.splice(Math.min(index ?? 0, to.cards.length), 0, card);
    const figures = [from.count, to?.count];
    from.count -= 1;
    if (to) to.count += 1;
    window.comptoir.saving("busy");
    try {
      const body = { id, by: state.by, lane: value, values, version: card.version };
      const answer = await window.comptoir.fetch(`${props.url}/board/move`, { method: "POST", body });
      Object.assign(card, answer.row, { mark: to ? card.mark : "" });
      window.comptoir.saving("saved");
      const label = to ? to.label : state.zones.flatMap((zone) => zone.values).find((one) => one.value === value)?.label;
      window.comptoir.toast(props.strings.moved.replace("{name}", card.title).replace("{lane}", label || ""), { undo: answer.undo });
      answer.warnings.forEach((text) => window.comptoir.toast(text, { kind: "warning" }));
      load();
      return true;
    } catch (error) {
      window.comptoir.saving("saved");
      [from.count] = figures;
      if (to) {
        to.count = figures[1];
        to.cards.splice(to.cards.indexOf(card), 1);
      }
      from.cards.splice(place, 0, card);
      const why = Object.values(error.fields || {})[0] || error.message;
      window.comptoir.toast(why, { kind: "error" });
      if (error.status === 409 || error.status === 404) load();
      return false;
    }
  }

  const isCollapsed = (lane) => chosen[keyOf(lane.value)] ?? (lane.count === 0 && state.lanes.some((one) => one.count > 0));
  function toggle(lane) {
    chosen[keyOf(lane.value)] = !isCollapsed(lane);
    localStorage.setItem(collapsedKey, JSON.stringify(chosen));
  }

  function apply(next) {
    Object.assign(question, next);
    load();
  }

  const empty = computed(() => !state.loading && !state.error && state.lanes.every((lane) => lane.count === 0) && state.zones.every((zone) => zone.count === 0));
  return { state, flashing, load, more, move, laneOf, isCollapsed, toggle, apply, empty, question };
}
