/* Kinds "choice" and "choices": values of a picklist, as words, chips or the gauge of a stage; editors with type-ahead.
   Why not Python: drawn while scrolling; see combo.js.

   A value's colour decides its drawing: ok, wa, da, in, pu, nu: a chip; r1 … r5: the gauge, one block a stage; none: plain words. */

import { h } from "vue";
import { comboEditor } from "./combo.js";
import { fold } from "./format.js";
import { t } from "./words.js";

const ramps = new WeakMap();

/** The picklist value, with a label also for one that the list no longer has. */
export function choiceOf(value, field) {
  return (field.choices || []).find((choice) => choice.value === value) || { value, label: value, colour: "" };
}

/** One value drawn. */
export function choiceNode(choice, field) {
  const colour = choice.colour || "";
  if (/^r\d/.test(colour)) {
    const ramp = rampOf(field);
    const done = ramp.indexOf(choice.value) + 1;
    return h("span", { class: "cp-td-text cp-stagecell" }, [
      h("span", { class: ["cp-gauge", ramp.length > 7 && "cp-gauge--bar"], style: `--cp-n:${ramp.length};--cp-done:${done}`, "aria-hidden": "true" }),
      choice.label,
    ]);
  }
  return colour ? h("span", { class: `cp-chip cp-chip--${colour}` }, choice.label) : h("span", { class: "cp-td-text", dir: "auto" }, choice.label);
}

function rampOf(field) {
  let ramp = ramps.get(field);
  if (!ramp) {
    ramp = (field.choices || []).filter((choice) => /^r\d/.test(choice.colour || "")).map((choice) => choice.value);
    ramps.set(field, ramp);
  }
  return ramp;
}

/** The values that match a text: those that begin with it first. */
export function matching(choices, text) {
  const wanted = fold(text).trim();
  if (!wanted) return choices;
  const found = choices.filter((choice) => fold(choice.label).includes(wanted));
  return [...found.filter((c) => fold(c.label).startsWith(wanted)), ...found.filter((c) => !fold(c.label).startsWith(wanted))];
}

function offered(field, current) {
  return (field.choices || []).filter((choice) => choice.active !== false || current.includes(choice.value));
}

export const choice = {
  text: (value, field) => (value === null || value === undefined ? "" : choiceOf(value, field).label),
  cell: (value, field) => (value === null || value === undefined || value === "" ? null : choiceNode(choiceOf(value, field), field)),
  display: (option) => option?.value ?? null,
  editor: comboEditor("CpChoiceEditor", (props) => ({
    chosen: () => (props.value === null || props.value === undefined || props.value === "" ? [] : [choiceOf(props.value, props.field)]),
    options: (text) => {
      const none = props.field.required || text ? [] : [{ value: null, label: t("none") }];
      return [...none, ...matching(offered(props.field, [props.value]), text)];
    },
    render: (option) => choiceNode(option, props.field),
  })),
};

export const choices = {
  text: (value, field) => (value || []).map((one) => choiceOf(one, field).label).join(", "),
  cell: (value, field) => (value?.length ? h("span", { class: "cp-td-text cp-inline" }, value.map((one) => h("span", { class: "cp-chip cp-chip--outline", key: one }, choiceOf(one, field).label))) : null),
  display: (options) => (options || []).map((option) => option.value),
  editor: comboEditor("CpChoicesEditor", (props) => ({
    multiple: true,
    chosen: () => (props.value || []).map((one) => choiceOf(one, props.field)),
    options: (text) => matching(offered(props.field, props.value || []), text),
    render: (option) => choiceNode(option, props.field),
  })),
};
