/* How the record table behaves: what is drawn, where one is, what is selected, edited, sorted, and what Python may call.
   Why not Python: rows, cells and focus follow the scroll bar and the keys frame by frame. */

import { addWords, recordPath, t, rememberWalk } from "comptoir-kinds";
import { computed, nextTick, onBeforeUnmount, onMounted, reactive, ref, watch } from "vue";
import { Columns, nextSort } from "./columns.js";
import { Editing } from "./editing.js";
import { Grid, inField } from "./grid.js";
import { useMass } from "./mass.js";
import { phoneLayout, usePhone } from "./phone_row.js";
import { Position } from "./position.js";
import { Rows } from "./rows.js";
import { Selection } from "./selection.js";

const FLASH = 1600; // ms

/** State and actions of one table, for its template. */
export function useTable(props, emit, expose) {
  addWords(props.strings);
  const root = ref(null);
  const scroller = ref(null);
  const chooser = ref(null);
  const module = JSON.parse(JSON.stringify(props.module)); // plain: cells read it thousands of times a second
  const question = reactive({ ...props.query });
  const sort = ref(props.sort || []);
  const position = new Position();
  const drawn = ref({ first: 0, last: 30 });
  const seen = ref({ first: 0, last: 0 });
  const phone = ref(window.innerWidth < 600);
  const scrolled = ref(false);
  const sums = ref([]);
  const flashing = reactive(new Set());
  const peeked = ref("");
  const choosing = ref(false);

  const columns = new Columns({
    fields: module.fields,
    title: module.title,
    onChange: () => {
      emit("columns", { columns: columns.state.names, widths: columns.state.widths });
      if (missingFields()) rows.refresh(seen.value.first, seen.value.last);
    },
  });
  columns.set(props.columns, props.widths);

  let asked = new Set();
  const missingFields = () => columns.state.names.some((name) => !asked.has(name));
  const parameters = () => {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(question)) if (value) query.set(key, value);
    if (sort.value.length) query.set("sort", sort.value.map(([field, way]) => `${field}:${way}`).join(","));
    asked = new Set(columns.state.names);
    query.set("fields", columns.state.names.join(","));
    return query;
  };
  const rows = new Rows({
    url: props.url,
    parameters,
    onCount: (answer) => {
      sums.value = Object.entries(answer.totals || {}).map(([name, value]) => ({ field: columns.byName.get(name), value })).filter((sum) => sum.field && sum.value !== null);
      emit("count", { count: answer.count, capped: answer.capped });
    },
    onChanged: (ids) => ids.forEach(flash),
    onFirst: (first) => columns.adapt(first),
  });
  const selection = new Selection(rows);
  const editing = new Editing({ url: props.url, fields: module.fields, rows, afterSave: () => rows.count() });

  // what is on screen
  const measure = () => {
    if (!scroller.value) return;
    phone.value = window.innerWidth < 600;
    position.view = scroller.value.clientHeight;
    position.head = phone.value ? 0 : 32;
    position.row = phone.value ? 96 : parseFloat(getComputedStyle(root.value).getPropertyValue("--row")) || 36;
    look();
  };
  // Moving or adding elements among siblings makes the browser restyle the whole table (Quasar has a rule "* + *"): while one
  // scrolls, each row element stays where it is in the document and serves another row; at rest the order is put right.
  const moving = ref(false);
  const focusInside = () => Boolean(scroller.value?.querySelector(".cp-tbody")?.contains(document.activeElement)); // a moved element loses it
  let frame = 0;
  let resting = 0;
  let started = false;
  const look = (rests = true) => {
    frame = 0;
    if (!scroller.value) return;
    position.total = rows.total.value ?? 0;
    position.top = scroller.value.scrollTop;
    const range = position.range();
    if (range.first !== drawn.value.first || range.last !== drawn.value.last || position.scale !== 1) {
      drawn.value = range;
      keepFocus();
    }
    seen.value = position.seen();
    scrolled.value = scroller.value.scrollLeft > 0;
    if (started) rows.need(range.first, Math.max(range.first, range.last), rests);
  };
  // A row's element serves other rows as one scrolls, so the focus waits on the scroller while its own row is away.
  const keepFocus = () => {
    const focused = document.activeElement;
    const inside = focused !== scroller.value && scroller.value.contains(focused) && focused.closest("[data-cell]");
    const { first, last } = drawn.value;
    const away = grid.active.row >= 0 && (grid.active.row < first || grid.active.row > last);
    if (inside && away && !editing.state.id) scroller.value.focus({ preventScroll: true });
    else if (focused === scroller.value && !away) nextTick(() => document.activeElement === scroller.value && takeFocus());
  };
  const onScroll = () => {
    if (!focusInside()) moving.value = true;
    if (!frame) frame = requestAnimationFrame(() => look(false));
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (!focusInside()) moving.value = false;
      look(true);
      remember();
    }, 90);
  };
  watch(rows.tick, () => {
    frame ||= requestAnimationFrame(() => look(true));
    if (waiting) nextTick(takeFocus);
  });
  const visible = computed(() => {
    rows.tick.value;
    const list = [];
    const total = rows.total.value ?? 12;
    const { slots } = position;
    const add = (index) => {
      const row = rows.at(index);
      const slot = index % slots;
      list.push({ index, row, y: position.y(index), slot, key: row && row.id === editing.state.id ? `edit-${row.id}` : slot });
    };
    const { first } = drawn.value;
    const last = Math.min(drawn.value.last < 0 ? 11 : drawn.value.last, total - 1);
    for (let index = first; index <= last; index += 1) add(index);
    const edited = editing.state.id ? rows.indexOf(editing.state.id) : -1; // an open editor outlives scrolling
    if (edited >= 0 && (edited < first || edited > last)) add(edited);
    const order = moving.value ? "slot" : "index";
    return list.sort((a, b) => a[order] - b[order]);
  });
  const flash = (id) => {
    flashing.add(id);
    setTimeout(() => flashing.delete(id), FLASH);
  };

  // where one is
  let waiting = false; // for a row that is still on its way
  const takeFocus = () => {
    const cell = root.value?.querySelector('[data-cell][tabindex="0"]');
    waiting = !cell;
    cell?.focus({ preventScroll: grid.active.row >= 0 && grid.active.col === 0 });
    if (!cell) scroller.value?.focus({ preventScroll: true });
  };
  const reveal = (row, focus) => {
    if (row >= 0) {
      const top = position.reveal(row, selection.count.value ? 64 : 0);
      if (top !== position.top) {
        scroller.value.scrollTop = top;
        look();
      }
    }
    if (focus) nextTick(takeFocus);
    if (peeked.value) peek(row);
  };
  const grid = new Grid({
    columns: () => columns.list.value,
    total: () => rows.total.value ?? 0,
    row: (i) => rows.at(i),
    page: () => Math.floor((position.view - position.head) / position.row),
    reveal,
    allows: (i, field) => editing.allows(rows.at(i), field),
    edit: (i, col) => startEdit(rows.at(i), columns.list.value[col]),
    toggle: (i) => rows.at(i) && selection.toggle(rows.at(i).id, i),
    extend: (from, to) => {
      if (selection.state.anchor < 0) selection.state.anchor = from;
      selection.range(to, true).then(() => (selection.state.anchor = to));
    },
    selectScreen: () => selectScreen(true),
    openRecord: (i) => rows.at(i) && window.comptoir.navigate(recordPath(module.slug, rows.at(i).id)),
    peek: (i) => peek(i, true),
    sort: (col, joins) => sortBy(columns.list.value[col], joins),
    shift: (col, step) => {
      columns.shift(columns.list.value[col].name, step);
      grid.go(-1, Math.max(1, col + step));
    },
    widen: (col, by) => {
      columns.resize(columns.list.value[col], columns.width(columns.list.value[col]) + by);
      columns.onChange();
    },
  });
  const isActive = (row, col) => grid.active.row === row && grid.active.col === col;
  const keydown = (event) => {
    if (inField(event) && event.target.type !== "checkbox") return;
    if (event.key === "Escape") {
      if (peeked.value) peeked.value = "";
      else if (selection.count.value) selection.clear();
      else return;
    } else if (!grid.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pageKey = (event) => {
    // single letters that the shell leaves to the page; Escape comes here when nothing else took it
    if (event.detail === "j" || event.detail === "k") grid.go(Math.max(0, grid.active.row));
    else if (event.detail === "f") emit("filters");
    else return;
    event.preventDefault();
  };
  const escape = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || inField(event) || document.querySelector("dialog[open], .q-dialog, .cp-menu")) return;
    if (peeked.value) peeked.value = "";
    else if (selection.count.value) selection.clear();
  };
  const peek = (i, toggles = false) => {
    const id = rows.at(i)?.id || "";
    peeked.value = toggles && peeked.value === id ? "" : id;
  };
  const peekedVersion = computed(() => (rows.tick.value, rows.at(rows.indexOf(peeked.value))?.version ?? 0));

  // editing
  const startEdit = (row, field) => {
    if (!row || !editing.open(row, field)) return false;
    grid.active.row = rows.indexOf(row.id);
    grid.active.col = columns.list.value.indexOf(field);
    reveal(grid.active.row, false);
    return true;
  };
  const saved = async (row, field, raw, detail) => {
    const next = { next: 1, previous: -1 }[detail.how];
    const kept = editing.save(row, field, raw, detail);
    const place = next && grid.next(next);
    if (place) {
      Object.assign(grid.active, place);
      startEdit(rows.at(place.row), columns.list.value[place.col]);
    } else if (detail.how !== "leave") reveal(grid.active.row, true);
    if (!(await kept) && !place && !editing.state.id && !editing.more.value && document.activeElement?.closest?.('[role="grid"]')) startEdit(row, field);
  };
  const completed = async (values) => {
    const { row, field } = editing.more.value;
    if (!(await editing.complete(values)) && !editing.more.value) startEdit(row, field);
    else reveal(grid.active.row, true);
  };
  const incomplete = () => {
    const { row, field } = editing.more.value;
    editing.more.value = null;
    editing.cancel(row, field);
    reveal(grid.active.row, true);
  };
  const cancelled = (row, field) => {
    editing.cancel(row, field);
    reveal(grid.active.row, true);
  };

  // sorting, selecting, acting
  const sortOf = (field) => sort.value.findIndex(([name]) => name === field.name);
  const sortBy = (field, joins) => {
    if (!field.sortable || columns.state.dragged) return;
    sort.value = nextSort(sort.value, field.name, joins);
    emit("sort", sort.value);
    restart();
  };
  const screenIds = () => {
    const ids = [];
    for (let index = seen.value.first; index <= seen.value.last; index += 1) if (rows.at(index)) ids.push(rows.at(index).id);
    return ids;
  };
  const screen = computed(() => {
    rows.tick.value;
    const ids = screenIds();
    const on = ids.filter((id) => selection.has(id)).length;
    return { all: ids.length > 0 && on === ids.length, some: selection.count.value > 0 };
  });
  const selectScreen = (on) => {
    if (!on && selection.state.all) selection.clear();
    else for (const id of screenIds()) selection.set(id, on);
  };
  const tick = (event, row, index) => (event.shiftKey ? selection.range(index, !selection.has(row.id)) : selection.toggle(row.id, index));
  watch(selection.count, (n) => emit("selection", n));
  const { acting, act } = useMass({ url: props.url, selection, question, done: () => reread() });

  // from Python
  const restart = () => {
    if (scroller.value) scroller.value.scrollTop = 0;
    Object.assign(grid.active, { row: 0 });
    editing.close();
    if (selection.state.all) selection.clear();
    rows.reset();
  };
  // While somebody works in the table, rows stay where they are; the order and what came or went are put right when they leave.
  const isWorking = () => Boolean(editing.state.id) || Boolean(scroller.value?.contains(document.activeElement));
  let late = false;
  const reread = () => {
    late = false;
    rows.refresh(drawn.value.first, Math.max(drawn.value.last, 0));
  };
  const refresh = () => {
    if (!isWorking()) return reread();
    late = true;
    rows.count();
    return rows.renew(seen.value.first, seen.value.last).catch((error) => rows.fail(error, Math.floor(seen.value.first / 100)));
  };
  const left = () => setTimeout(() => late && !isWorking() && !selection.count.value && reread());
  const api = {
    apply(next) {
      if (next.columns) columns.set(next.columns, next.widths);
      if (next.sort) sort.value = next.sort;
      for (const key of ["view", "filter", "q"]) if (key in next) question[key] = next[key];
      restart();
    },
    refresh,
    refresh_record: (id) => (rows.indexOf(String(id)) < 0 ? rows.count() : refresh()),
    open_columns() {
      choosing.value = true;
      nextTick(() => chooser.value?.show());
    },
    clear_selection: () => selection.clear(),
    resort(next) {
      sort.value = next;
      restart();
    },
  };
  expose(api);

  const layout = computed(() => phoneLayout(columns.list.value, module.title));
  const { card } = usePhone({ module, layout, selection });

  // life
  let watcher;
  const place = `cp-scroll:${props.address || props.url}`;
  const remember = () => sessionStorage.setItem(place, JSON.stringify({ at: location.search, top: scroller.value?.scrollTop ?? 0, row: grid.active.row }));
  const leaveTrail = () => rememberWalk(module.slug, rows.pairs(), rows.total.value);
  onMounted(() => {
    watcher = new ResizeObserver(measure);
    watcher.observe(scroller.value);
    document.addEventListener("comptoir:key", pageKey);
    document.addEventListener("keydown", escape);
    window.addEventListener("comptoir:undone", reread);
    measure();
    started = true;
    rows.reset();
    restore();
  });
  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(place) || "null");
    sessionStorage.removeItem(place);
    if (!kept?.top || kept.at !== location.search) return;
    const stop = watch(rows.total, (total) => {
      if (total === null) return;
      stop();
      nextTick(() => {
        position.total = total;
        scroller.value.scrollTop = kept.top;
        grid.active.row = Math.max(0, kept.row);
        look();
      });
    });
  };
  onBeforeUnmount(() => {
    remember();
    leaveTrail();
    watcher?.disconnect();
    document.removeEventListener("comptoir:key", pageKey);
    document.removeEventListener("keydown", escape);
    window.removeEventListener("comptoir:undone", reread);
    rows.dispose();
  });

  const leads = (field) => field.cell === "link" || field.cell === "links" || Boolean(field.href); // a click goes there, so editing needs a button
  const label = (row, field) => `${field.label} : ${editing.label(row, field)}`;
  const filtered = computed(() => Boolean(question.filter || question.q));
  const countText = computed(() => {
    const total = rows.total.value;
    return total === null ? "" : t("n_records", { n: total.toLocaleString(locale()), count: total });
  });
  const locale = () => window.comptoir?.lang || "fr";
  const positionText = computed(() => {
    const total = rows.total.value;
    if (!total || seen.value.last < 0) return "";
    return t("position", { n: (seen.value.last + 1).toLocaleString(locale()), total: total.toLocaleString(locale()) });
  });
  const clock = (date) => date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
  const bodyHeight = computed(() => {
    const total = rows.total.value;
    position.total = total ?? 12;
    rows.tick.value;
    return `${position.drawn}px`;
  });
  return {
    t, module, root, scroller, chooser, rows, columns, selection, editing, grid, sort, drawn, seen, phone, scrolled, sums, flashing, peeked, peekedVersion, choosing, acting,
    visible, bodyHeight, screen, filtered, countText, positionText, layout, card, clock, label, onScroll, keydown, left, isActive, startEdit, saved, completed, incomplete, cancelled, sortOf, sortBy,
    selectScreen, tick, act, peek, leads, recordPath, emit, rowsError: rows.error, total: rows.total, dragged: columns.ghost, selected: selection.count, ...api,
  };
}
