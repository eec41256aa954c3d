/* The list that a record was opened from, so that its page can go to the previous and the next one.
   Why not Python: the order is what this tab had on screen. Kept in sessionStorage: this tab, until it closes. */

const keyOf = (slug) => `cp-walk:${slug}`;

/** Remembers what a list shows: `pairs` [[place, id], …] in order, `total` records, and the list's address. */
export function rememberWalk(slug, pairs, total) {
  if (pairs.length) sessionStorage.setItem(keyOf(slug), JSON.stringify({ pairs: pairs.slice(0, 3000), total, address: location.pathname + location.search }));
}

/** {place, total, previous, next, address} of a record in the list it was opened from; null when it is in none. */
export function walkFrom(slug, id) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(slug)) || "null");
  const at = kept ? kept.pairs.findIndex(([, one]) => one === id) : -1;
  if (at < 0) return null;
  const beside = (step) => (kept.pairs[at + step]?.[0] === kept.pairs[at][0] + step ? kept.pairs[at + step][1] : null);
  return { place: kept.pairs[at][0] + 1, total: kept.total, previous: beside(-1), next: beside(1), address: kept.address };
}
