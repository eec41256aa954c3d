/* The columns of a table: widths, order, sorting; dragging and resizing by pointer and by keys.
   Why not Python: a width follows the pointer frame by frame. The result goes to Python once, which keeps it for the user. */

import { isNumeric, textOf } from "comptoir-kinds";
import { computed, reactive, ref } from "vue";

const WIDTHS = { text: 180, long_text: 240, number: 110, money: 130, date: 130, datetime: 130, choice: 170, choices: 200, link: 190, links: 220, person: 170, boolean: 90 };
const LEAST = 64;
const CHECK = 50;
const MOST = 300; // what a width chosen by us may reach
const WIDEST = 400; // …and what links may
const GAUGE = 9; // px a block

let pen = null;

/** Width of a text as the table writes it, in px. */
function measured(text, font) {
  pen ||= document.createElement("canvas").getContext("2d");
  pen.font = `${font} Inter, sans-serif`;
  return pen.measureText(text).width;
}

/** A first width: what the kind usually needs, the head's words, the longest value of a short list. */
function natural(field) {
  const head = measured(field.label, "500 12px") + 48; // padding and the arrow of a sort
  const values = (field.choices || []).slice(0, 60).map((choice) => measured(choice.label, "13px"));
  const ramp = (field.choices || []).filter((choice) => /^r\d/.test(choice.colour || "")).length;
  const linked = { url: 250, mailto: 250, tel: 150 }[field.href];
  const chosen = field.cell === "choice" && values.length ? Math.max(...values) + (ramp ? (ramp > 7 ? 40 : ramp * GAUGE) + 32 : 48) : 0;
  const value = linked || chosen || WIDTHS[field.cell] || 160;
  return Math.round(Math.min(MOST, Math.max(head, value)));
}

export class Columns {
  /** `fields` of the module, `title` its naming field; `onChange()` after the user changed something that is to be kept. */
  constructor({ fields, title, onChange }) {
    this.byName = new Map(fields.map((field) => [field.name, field]));
    this.title = title;
    this.natural = {};
    this.onChange = onChange;
    this.state = reactive({ names: [], widths: {}, dragged: "", over: "", resizing: "", adapted: 0 });
    this.list = computed(() => this.state.names.map((name) => this.byName.get(name)).filter(Boolean));
    this.template = computed(() => `${CHECK}px ${this.list.value.map((field, i, all) => this.track(field, i === all.length - 1)).join(" ")}`);
    this.total = computed(() => CHECK + this.list.value.reduce((sum, field) => sum + this.width(field), 0));
    this.ghost = ref(null);
  }

  /** Shows these fields, the naming one first. */
  set(names, widths = {}) {
    const known = names.filter((name) => this.byName.has(name) && name !== this.title);
    this.state.names = [this.title, ...new Set(known)];
    this.state.widths = { ...widths };
  }

  width(field) {
    return this.state.widths[field.name] || (this.state.adapted, (this.natural[field.name] ||= field.name === this.title ? 230 : natural(field)));
  }

  /** First widths by what is to be shown: links, which must be read to be followed, as wide as these rows need. */
  adapt(rows) {
    for (const field of this.list.value) {
      const isTitle = field.name === this.title;
      if (!isTitle && !field.href && field.cell !== "link") continue;
      const texts = rows.map((row) => (isTitle ? row.title : textOf(row.cells[field.name], field, row)));
      const widest = texts.reduce((most, text) => Math.max(most, text ? measured(text, isTitle ? "500 13px" : "13px") : 0), 0);
      this.natural[field.name] = Math.round(Math.min(WIDEST, Math.max(isTitle ? 230 : natural(field), widest + (isTitle ? 58 : 34))));
    }
    this.state.adapted += 1;
  }

  track(field, last) {
    return last && !this.state.widths[field.name] ? `minmax(${this.width(field)}px, 1fr)` : `${this.width(field)}px`;
  }

  numeric(field) {
    return isNumeric(field);
  }

  resize(field, width) {
    this.state.widths = { ...this.state.widths, [field.name]: Math.max(LEAST, Math.round(width)) };
  }

  /** Starts a resize with the pointer on the grip of `field`. */
  grab(event, field) {
    event.preventDefault();
    event.stopPropagation();
    const grip = event.currentTarget;
    const start = event.clientX;
    const width = grip.parentElement.offsetWidth;
    grip.setPointerCapture(event.pointerId);
    this.state.resizing = field.name;
    const follow = (moved) => this.resize(field, width + moved.clientX - start);
    const end = () => {
      grip.removeEventListener("pointermove", follow);
      this.state.resizing = "";
      if (this.width(field) !== width) this.onChange();
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", end, { once: true });
  }

  /** Double-click on the grip: as wide as what is on screen needs. */
  fit(field, root) {
    let widest = 0;
    const range = document.createRange();
    for (const cell of root.querySelectorAll(`[data-field="${CSS.escape(field.name)}"]`)) {
      range.selectNodeContents(cell);
      const inner = [...cell.querySelectorAll(".cp-td-text, .cp-rowlink")].reduce((sum, node) => sum + Math.max(0, node.scrollWidth - node.clientWidth), 0);
      widest = Math.max(widest, range.getBoundingClientRect().width + inner);
    }
    this.resize(field, Math.min(560, widest + 26));
    this.onChange();
  }

  /** Starts dragging a head to another place; a press without a move stays a click. */
  drag(event, field, root) {
    if (event.button !== 0 || field.name === this.title || event.pointerType === "touch") return;
    const start = event.clientX;
    const move = (moved) => {
      if (!this.state.dragged && Math.abs(moved.clientX - start) < 6) return;
      this.state.dragged = field.name;
      this.ghost.value = { x: moved.clientX, y: moved.clientY, label: field.label };
      const head = document.elementFromPoint(moved.clientX, root.getBoundingClientRect().top + 8)?.closest("[data-head]");
      this.state.over = head && head.dataset.head !== this.title ? head.dataset.head : "";
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      const { dragged, over } = this.state;
      this.ghost.value = null;
      this.state.over = "";
      if (dragged && over && dragged !== over) this.place(dragged, this.state.names.indexOf(over));
      setTimeout(() => (this.state.dragged = "")); // after the click that ends the drag
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end, { once: true });
    window.addEventListener("pointercancel", end, { once: true });
  }

  /** Moves a column to a place; the naming column stays first. */
  place(name, index) {
    const names = this.state.names.filter((other) => other !== name);
    names.splice(Math.max(1, Math.min(index, names.length)), 0, name);
    this.state.names = names;
    this.onChange();
  }

  shift(name, by) {
    this.place(name, this.state.names.indexOf(name) + by);
  }

  show(name, on) {
    this.state.names = on ? [...this.state.names, name] : this.state.names.filter((other) => other !== name);
    this.onChange();
  }
}

/** The next sort after a click on a head: up, down, none; with Shift it joins the sorts that are there, three at most. */
export function nextSort(sort, name, joins) {
  const place = sort.findIndex(([field]) => field === name);
  const way = place < 0 ? "asc" : sort[place][1] === "asc" ? "desc" : "";
  const others = joins ? sort.filter(([field]) => field !== name) : [];
  if (!way) return others;
  if (!joins || place < 0) return [...others, [name, way]].slice(-3);
  return sort.map((one) => (one[0] === name ? [name, way] : one));
}
