/* One card: title and owner, then the card fields of the module; of a deal, the next action last, which is the card's point.
   Why not Python: 5,000 of them would be 50,000 server objects. Values are only ever set as text. */

import { h } from "vue";
import { avatar, drawCell, formatDate, formatDayShort, formatMoney, recordPath } from "comptoir-kinds";

const PAIRED = ["money", "date"];

export function drawCard({ card, module, board, t }) {
  const fields = new Map(module.fields.map((field) => [field.name, field]));
  const shown = (board.card.length ? board.card : module.columns.slice(1, 4)).map((name) => fields.get(name)).filter(Boolean);
  const owner = card.cells.owner_id;
  const lines = [top(card, module, owner)];
  const pair = shown.filter((field) => PAIRED.includes(field.cell) && card.cells[field.name] !== null && card.cells[field.name] !== undefined);
  for (const field of shown) {
    const value = card.cells[field.name];
    if (field.name === "next_step" || PAIRED.includes(field.cell) || value === null || value === undefined) continue;
    lines.push(line(field, value, card));
  }
  if (pair.length) lines.push(figures(pair, card));
  if (card.mark || card.cells.next_step) lines.push(next(card, t));
  return lines;
}

function top(card, module, owner) {
  return h("div", { class: "cp-kcard-top" }, [
    h("a", { class: "cp-kcard-title", href: recordPath(module.slug, card.id), dir: "auto", tabindex: -1, draggable: "false" }, card.title),
    owner && !owner.restricted ? h("span", { title: owner.title }, [avatar(owner.id, owner.title)]) : null,
  ]);
}

function line(field, value, card) {
  if (field.cell === "link") {
    if (value.restricted) return h("div", { class: "cp-kcard-line" }, [drawCell(value, field, card)]);
    const company = field.target?.avatar === "company";
    return h("div", { class: "cp-kcard-line", dir: "auto" }, [avatar(value.id, value.title, { company }), h("span", {}, value.title)]);
  }
  return h("div", { class: "cp-kcard-line", title: field.label }, [drawCell(value, field, card)]);
}

function figures(pair, card) {
  const money = pair.find((field) => field.cell === "money");
  const date = pair.find((field) => field.cell === "date");
  return h("div", { class: "cp-kcard-line" }, [
    money ? h("b", { class: "num" }, formatMoney(card.cells[money.name], card.currency)) : null,
    h("span", { class: "cp-spacer" }),
    date ? h("span", { class: "cp-faint num", title: `${date.label}\u202f: ${formatDate(card.cells[date.name])}` }, formatDayShort(card.cells[date.name])) : null,
  ]);
}

function next(card, t) {
  const step = card.cells.next_step;
  if (card.mark === "none") return chip("wa", "error", t("no_action"));
  if (card.mark === "late") return chip("da", "schedule", step ? `${t("late")} · ${step}` : t("late"));
  return h("div", { class: "cp-kcard-next", dir: "auto" }, [icon("arrow_forward"), h("span", {}, step)]);
}

function chip(colour, name, text) {
  return h("div", { class: "cp-kcard-next" }, [h("span", { class: `cp-chip cp-chip--${colour} cp-chip--icon`, dir: "auto" }, [icon(name), h("span", {}, text)])]);
}

function icon(name) {
  return h("span", { class: "cp-icon cp-icon--sm", "aria-hidden": "true", translate: "no" }, name);
}
