/* The words that cells and editors show. Python translates them (app/components/kinds/__init__.py) and each component hands
   them over once; the browser only fills in numbers and names. */

const words = {};

/** Adds translated words; called by each component with its `strings` prop. */
export function addWords(strings) {
  Object.assign(words, strings || {});
}

/** The word `key` with `{name}` parameters filled in. With `n`, the forms `key_one` and `key_many` are looked up. */
export function t(key, params) {
  let text = words[key];
  if (params && "n" in params) {
    const one = (window.comptoir?.lang || document.documentElement.lang) === "fr" ? Math.abs(params.count ?? params.n) < 2 : (params.count ?? params.n) === 1;
    text = words[`${key}_${one ? "one" : "many"}`] ?? text;
  }
  if (text === undefined) return "";
  return params ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole)) : text;
}
