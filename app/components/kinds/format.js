/* Numbers, money, days and instants as people of the user's language read them, from the raw values of the JSON.
   Why not Python: cells are drawn by the browser while one scrolls through 100,000 rows; raw values keep the JSON small.
   Invariants: decimals arrive as strings and never pass through a float; French spaces are U+202F, the minus is U+2212;
   plain days have no zone, instants are shown in the reader's zone. */

const formatters = new Map();

/** The user's language tag, as the shell or the page says. */
export function language() {
  return window.comptoir?.lang || document.documentElement.lang || "fr";
}

/** The user's time zone; undefined means the browser's. */
export function zone() {
  return window.comptoir?.zone || undefined;
}

function formatter(Kind, options) {
  const key = `${Kind.name}|${language()}|${JSON.stringify(options)}`;
  let made = formatters.get(key);
  if (!made) formatters.set(key, (made = new Kind(language(), options)));
  return made;
}

function typeset(text) {
  return text.replace(/\u00a0/g, "\u202f").replace(/-(?=[\d\u202f])/g, "\u2212");
}

/** "1234.50" → « 1 234,5 »; `scale` is the greatest number of decimals, `fixed` keeps all of them. */
export function formatNumber(value, { scale = 6, fixed = false } = {}) {
  if (value === null || value === undefined || value === "") return "";
  return typeset(formatter(Intl.NumberFormat, { maximumFractionDigits: scale, minimumFractionDigits: fixed ? scale : 0 }).format(value));
}

/** "48200.00" → « 48 200 € », "48200.5" → « 48 200,50 € ». */
export function formatMoney(value, currency) {
  if (value === null || value === undefined || value === "") return "";
  const code = currency || window.comptoir?.currency || "EUR";
  const options = { style: "currency", currency: code, currencyDisplay: "narrowSymbol", trailingZeroDisplay: "stripIfInteger" };
  return typeset(formatter(Intl.NumberFormat, options).format(value));
}

/** "20.5" → « 20,5 % ». */
export function formatPercent(value, scale = 2) {
  const number = formatNumber(value, { scale });
  return number && (language() === "fr" ? `${number}\u202f%` : `${number}%`);
}

/** A day of the JSON ("2026-06-20") as a Date at noon UTC, or null. */
export function dayOf(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(text || "");
  return found ? new Date(Date.UTC(+found[1], +found[2] - 1, +found[3], 12)) : null;
}

/** The day it is for the reader, as "2026-06-20". */
export function today() {
  return isoDay(new Date(), zone());
}

/** The day of an instant in a zone, as "2026-06-20". */
export function isoDay(instant, timeZone = "UTC") {
  const parts = Object.fromEntries(
    formatter(Intl.DateTimeFormat, { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(instant).map((p) => [p.type, p.value]),
  );
  return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}`;
}

function shortDay(instant, timeZone, year) {
  const options = { timeZone, day: "numeric", month: "short", ...(year ? { year: "numeric" } : {}) };
  return typeset(formatter(Intl.DateTimeFormat, options).format(instant));
}

/** "2026-06-20" → « 20 juin 2026 ». */
export function formatDate(text) {
  const day = dayOf(text);
  return day ? shortDay(day, "UTC", true) : "";
}

/** "2026-06-20" → « 20 juin », with the year when it is another one. */
export function formatDayShort(text) {
  const day = dayOf(text);
  return day ? shortDay(day, "UTC", text.slice(0, 4) !== today().slice(0, 4)) : "";
}

/** "2026-06-20" → « 20/06/2026 », to be typed over. */
export function formatDateInput(text) {
  const day = dayOf(text);
  return day ? formatter(Intl.DateTimeFormat, { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" }).format(day) : "";
}

/** An instant in full: « 20 juin 2026, 14:30 ». */
export function formatInstant(text) {
  if (!text) return "";
  const instant = new Date(text);
  return `${shortDay(instant, zone(), true)}, ${formatTime(instant)}`;
}

/** An instant to be typed over: « 20/06/2026 14:30 ». */
export function formatInstantInput(text) {
  if (!text) return "";
  const instant = new Date(text);
  return `${formatDateInput(isoDay(instant, zone()))} ${formatTime(instant)}`;
}

/** The clock time of an instant, in the reader's zone: « 14:30 ». */
export function formatTime(instant) {
  return formatter(Intl.DateTimeFormat, { timeZone: zone(), hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(instant);
}

/** An instant as short as it can be understood: « 10:42 », « Hier », « 30 mai », « 30 mai 2024 ». */
export function formatRecent(text) {
  if (!text) return "";
  const instant = new Date(text);
  const now = today();
  const day = isoDay(instant, zone());
  if (day === now) return formatTime(instant);
  if (day === addDays(now, -1)) return capital(formatter(Intl.RelativeTimeFormat, { numeric: "auto" }).format(-1, "day"));
  return shortDay(instant, zone(), day.slice(0, 4) !== now.slice(0, 4));
}

/** The day `n` days after "2026-06-20". */
export function addDays(text, n) {
  const day = dayOf(text);
  day.setUTCDate(day.getUTCDate() + n);
  return day.toISOString().slice(0, 10);
}

/** The first letter as a capital. */
export function capital(text) {
  return text ? text[0].toLocaleUpperCase(language()) + text.slice(1) : text;
}

/** "Claire Aubry" → "CA". */
export function initials(name) {
  const words = (name || "").split(/[\s-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => word.match(/[\p{L}\p{N}]/u)[0].toLocaleUpperCase(language())).join("");
}

/** 1 to 6, always the same for one id; `avatar_colour` of app/components/theme.py computes the same number. */
export function avatarColour(id) {
  let hashed = 0;
  for (const character of String(id)) hashed = (hashed * 31 + character.codePointAt(0)) % 65521;
  return (hashed % 6) + 1;
}

/** Text without case and accents, for looking through short lists. */
export function fold(text) {
  return (text || "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/ß/g, "ss");
}
