/* Kinds "number" (integers, decimals, percentages) and "money". People type « 1 234,5 », « 15k » or « 20 % »: the server reads it.
   Why not Python: drawn while scrolling; raw values keep the JSON small. */

import { h } from "vue";
import { formatMoney, formatNumber, formatPercent, language } from "./format.js";
import { lineEditor } from "./input.js";

/** A decimal of the JSON as one types it: "1234.50" → « 1234,5 » in French. */
export function typed(value) {
  if (value === null || value === undefined) return "";
  const plain = String(value).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  return language() === "fr" ? plain.replace(".", ",") : plain;
}

const attributes = () => ({ inputmode: "decimal", class: "cp-input--num" });

export const number = {
  numeric: true,
  text: (value, field) => (field.type === "percent" ? formatPercent(value, field.scale ?? 2) : formatNumber(value, { scale: field.scale ?? 6 })),
  cell: (value, field) => (value === null || value === undefined ? null : h("span", { class: "num" }, number.text(value, field))),
  editor: lineEditor("CpNumberEditor", typed, attributes),
};

export const money = {
  numeric: true,
  text: (value, field, row) => formatMoney(value, row?.currency || field.currency),
  cell: (value, field, row) => (value === null || value === undefined ? null : h("span", { class: "num" }, money.text(value, field, row))),
  editor: lineEditor("CpMoneyEditor", typed, attributes),
};
