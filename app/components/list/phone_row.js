/* A row as a card, for telephones: avatar, name, what it belongs to, its state, a date and a figure.
   Why not Python: drawn while scrolling. */

import { avatar, drawCell, recordPath, t, textOf } from "comptoir-kinds";
import { h } from "vue";

const LONG = 500; // ms
const ROOM = 30; // letters beside each other on the third line

/** Which columns stand where on a card. */
export function phoneLayout(fields, title) {
  const rest = fields.filter((field) => field.name !== title);
  const take = (...kinds) => {
    const found = rest.findIndex((field) => kinds.includes(field.cell));
    return found < 0 ? null : rest.splice(found, 1)[0];
  };
  const state = take("choice");
  const figure = take("money") || take("number");
  const moment = take("date", "datetime");
  const sub = take("link") || take("text") || take("person");
  return { state, figure, moment, sub, more: take("choice", "text", "person") };
}

/** One card; `selecting` makes a tap select instead of open. */
export function phoneRow({ row, module, layout, selected, selecting, style, onPress, onTap }) {
  const cell = (field) => (field && row.cells[field.name] !== null && row.cells[field.name] !== undefined ? drawCell(row.cells[field.name], field, row) : null);
  const fits = (field) => field && plain(layout.state).length + plain(field).length <= ROOM;
  const plain = (field) => (field ? textOf(row.cells[field.name], field, row) : "");
  return h(
    "a",
    {
      class: ["cp-phonerow", selected && "is-selected"],
      href: recordPath(module.slug, row.id),
      "data-id": row.id,
      "data-testid": "record-row",
      "aria-selected": undefined,
      "aria-label": selecting ? t(selected ? "deselect_named" : "select_named", { name: row.title }) : undefined,
      style,
      onPointerdown: onPress,
      onContextmenu: (event) => event.preventDefault(),
      onClickCapture: onTap,
    },
    [
      module.avatar || selected
        ? selected
          ? h("span", { class: "cp-avatar cp-avatar--36 cp-phonerow-tick", "aria-hidden": "true" }, h("span", { class: "cp-icon", translate: "no" }, "check"))
          : avatar(row.id, row.title, { size: "36", company: module.avatar === "company" })
        : null,
      h("span", { class: "cp-phonerow-main" }, [
        h("span", { class: "cp-phonerow-title", dir: "auto" }, row.title),
        h("span", { class: "cp-phonerow-sub", dir: "auto" }, plain(layout.sub)),
        h("span", { class: "cp-phonerow-meta" }, [cell(layout.state), fits(layout.more) ? h("span", { class: "cp-phonerow-more", dir: "auto" }, plain(layout.more)) : null]),
      ]),
      h("span", { class: "cp-phonerow-end" }, [h("span", {}, cell(layout.moment)), h("span", { class: "cp-strong" }, cell(layout.figure))]),
    ],
  );
}

/** Cards answer to fingers: a long press selects, and while something is selected taps select too. */
export function usePhone({ module, layout, selection }) {
  let pressed = false;
  const press = (row, index) => {
    pressed = false;
    const timer = setTimeout(() => {
      pressed = true;
      selection.toggle(row.id, index);
    }, LONG);
    const release = () => clearTimeout(timer);
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release, { once: true });
  };
  const tap = (event, row, index) => {
    if (!pressed && !selection.count.value) return;
    event.preventDefault();
    event.stopPropagation();
    if (!pressed) selection.toggle(row.id, index);
    pressed = false;
  };
  const card = ({ row, index, y }) => ({
    row,
    module,
    layout: layout.value,
    selected: selection.has(row.id),
    selecting: selection.count.value > 0,
    style: { transform: `translateY(${y}px)` },
    onPress: () => press(row, index),
    onTap: (event) => tap(event, row, index),
  });
  return { card };
}
