/* The conditions of the filter panel: fields with a test and a value, which of them count, and how they are joined.
   Why not Python: they follow the typing; Python makes the filter out of them and judges it.

   A criterion is `{key, field, op, value, shown}`: `value` is what the server is sent, `shown` the JSON of a cell that its editor
   starts with (titles of links). A criterion without a complete value waits and filters nothing. */

const FACETS = 3;
const PREFERRED = { text: "contains", long_text: "contains", choice: "in", choices: "in", link: "in", links: "in", person: "in", number: "between", money: "between", date: "this_month", datetime: "this_month", boolean: "selected" };

let keys = 0;

/** The fields that are offered as lists to tick from the start: short lists among the module's columns. */
export function facetFields(module) {
  const listed = module.columns.map((name) => module.fields.find((field) => field.name === name)).filter(Boolean);
  return listed.filter((field) => field.cell === "choice" || field.cell === "person").slice(0, FACETS);
}

/** The test of a criterion, as the server described it. */
export function operatorOf(criterion) {
  return criterion.field.operators.find((operator) => operator.key === criterion.op) || criterion.field.operators[0];
}

/** A new criterion on a field. */
export function criterionOn(field, op, value, shown) {
  const known = field.operators.map((operator) => operator.key);
  const wanted = op || PREFERRED[field.cell];
  return { key: (keys += 1), field, op: known.includes(wanted) ? wanted : known[0], value: value ?? null, shown: shown ?? null };
}

/** Whether a criterion has all that its test needs. */
export function isComplete(criterion) {
  const { editor } = operatorOf(criterion);
  const value = criterion.value;
  if (editor === "none") return true;
  if (editor === "many") return Array.isArray(value) && value.length > 0;
  if (editor === "range") return Array.isArray(value) && value.length === 2 && value.every((one) => one !== null && String(one).trim() !== "");
  return value !== null && value !== undefined && String(value).trim() !== "";
}

/** After another test was chosen: the value stays where it still makes sense. */
export function adapt(criterion, before) {
  const { editor } = operatorOf(criterion);
  if (editor === before) return;
  criterion.value = editor === "many" && criterion.value && !Array.isArray(criterion.value) ? [criterion.value] : null;
  criterion.shown = editor === "many" && criterion.value && criterion.shown ? [criterion.shown] : null;
}

/** What Python gets: the complete criteria, and how they are joined: "" (all), or a pattern such as "(1 and 2) or 3". */
export function asMessage(criteria, joined, pattern) {
  const complete = criteria.filter(isComplete);
  const conditions = complete.map((one) => {
    const condition = { field: one.field.name, op: one.op };
    return operatorOf(one).editor === "none" ? condition : { ...condition, value: one.value };
  });
  const any = complete.map((_, index) => index + 1).join(" or ");
  return { conditions, pattern: complete.length < 2 || joined === "all" ? "" : joined === "any" ? any : pattern };
}

/** How conditions are joined, read from a pattern: all, any, or custom. */
export function joinedBy(pattern, count) {
  const words = (pattern || "").toLowerCase();
  if (!words || /^\d+( and \d+)*$/.test(words)) return "all";
  return /^\d+( or \d+)*$/.test(words) && words.split(" or ").length === count ? "any" : "custom";
}
