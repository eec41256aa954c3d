/* The kinds: how values of every field type are drawn and edited, on the table, board, record, forms and filters alike.
   Why not Python: a table of 100,000 rows draws its cells as one scrolls; an editor answers each key within a frame.

   `KINDS[kind]` = `{cell(value, field, row) → node or null, text(value, field, row) → plain text, editor, display?, numeric?}`.
   A field type names its kinds (`field.cell`, `field.editor`), so a new type needs no JavaScript.
   Invariant: values are only ever set as text or attributes; nothing here makes HTML out of data. */

import { h } from "vue";
import { boolean } from "./boolean.js";
import { choice, choices } from "./choice.js";
import { date, datetime } from "./date.js";
import { link, links, people_, person } from "./link.js";
import { longText } from "./long_text.js";
import { money, number } from "./number.js";
import { text } from "./text.js";

export * from "./format.js";
export { addWords, t } from "./words.js";
export { Popup, layerOf } from "./popup.js";
export { Calendar } from "./calendar.js";
export { avatar, findPeople, recordPath, withAvatar } from "./link.js";
export { choiceNode, choiceOf } from "./choice.js";
export { take } from "./editor.js";
export { rememberWalk, walkFrom } from "./walk.js";

export const KINDS = { text, long_text: longText, number, money, date, datetime, choice, choices, link, links, person, boolean };

/** Editors of several values of a kind, for filters ("is one of"). */
export const MANY = { choice: choices, choices, link: links, links, person: people_ };

function kindOf(name) {
  return KINDS[name] || text;
}

/** The node that shows a value; null when there is none. */
export function drawCell(value, field, row) {
  return kindOf(field.cell).cell(value, field, row);
}

/** The value in plain text: accessible names, titles, copying. */
export function textOf(value, field, row) {
  return kindOf(field.cell).text(value, field, row);
}

/** Whether the values of a field are right-aligned figures. */
export function isNumeric(field) {
  return field.align === "right" || Boolean(kindOf(field.cell).numeric);
}

/** What a cell shows at once after an edit, before the server has answered: JSON of the cell, or undefined when only it knows. */
export function optimistic(field, raw, display) {
  const kind = kindOf(field.editor);
  if (kind.display) return kind.display(display);
  if (field.editor === "boolean") return raw;
  if (raw === "" || raw === null) return null;
  return field.editor === "text" || field.editor === "long_text" ? raw : undefined;
}

/** A value drawn as its kind does: `<KindCell :field :value :row>`. */
export const KindCell = (props) => drawCell(props.value, props.field, props.row);
KindCell.props = ["value", "field", "row"];

/** The editor of a field's kind; properties and events as in editor.js, and `many` for several values. */
export const KindEditor = {
  name: "CpKindEditor",
  props: ["field", "many", "kind"],
  inheritAttrs: false,
  setup(props, { attrs, expose }) {
    let inner = null;
    expose({ focus: () => inner?.focus() });
    return () => {
      const name = props.kind || props.field.editor;
      const editor = (props.many ? MANY[name] || kindOf(name) : kindOf(name)).editor;
      return h(editor, { ...attrs, field: props.field, ref: (made) => (inner = made) });
    };
  },
};
