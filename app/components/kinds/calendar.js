/* A month to choose a day from, by mouse, finger or keys, in the user's language.
   Why not Python: the browser's own date picker speaks the browser's language, Quasar's has English labels on French pages. */

import { computed, h, nextTick, ref } from "vue";
import { take } from "./editor.js";
import { addDays, capital, dayOf, language, today } from "./format.js";
import { t } from "./words.js";

const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** Props: `day` ("2026-06-20" or ""), `weekStart` (0 Monday … 6 Sunday). Emits `pick(day)` and `close`. `enter()` takes the focus. */
export const Calendar = {
  name: "CpCalendar",
  props: { day: { type: String, default: "" }, weekStart: { type: Number, default: 0 } },
  emits: ["pick", "close"],
  setup(props, { emit, expose }) {
    const cursor = ref(props.day || today());
    const root = ref(null);
    const first = computed(() => `${cursor.value.slice(0, 7)}-01`);
    const weeks = computed(() => {
      const lead = (dayOf(first.value).getUTCDay() + 6 - props.weekStart) % 7;
      const start = addDays(first.value, -lead);
      return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (__, day) => addDays(start, week * 7 + day)));
    });
    const focusDay = () => nextTick(() => root.value?.querySelector('[tabindex="0"]')?.focus());
    const month = (n) => {
      const day = dayOf(cursor.value);
      const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + n + 1, 0, 12)).getUTCDate();
      day.setUTCDate(1);
      day.setUTCMonth(day.getUTCMonth() + n, Math.min(+cursor.value.slice(8), last));
      cursor.value = day.toISOString().slice(0, 10);
    };
    const keydown = (event) => {
      if (event.key in MOVES) take(event, () => move(MOVES[event.key]));
      else if (event.key === "PageUp" || event.key === "PageDown") take(event, () => (month(event.key === "PageUp" ? -1 : 1), focusDay()));
      else if (event.key === "Home" || event.key === "End") take(event, () => move(event.key === "Home" ? -offset() : 6 - offset()));
      else if (event.key === "Enter" || event.key === " ") take(event, () => emit("pick", cursor.value));
      else if (event.key === "Escape") take(event, () => emit("close"));
    };
    const offset = () => (dayOf(cursor.value).getUTCDay() + 6 - props.weekStart) % 7;
    const move = (n) => {
      cursor.value = addDays(cursor.value, n);
      focusDay();
    };
    expose({ enter: focusDay, show: (day) => (cursor.value = day || cursor.value), root });
    const button = (key, icon, n) =>
      h("button", { class: "cp-iconbtn cp-iconbtn--small", type: "button", tabindex: -1, "aria-label": t(key), onClick: () => month(n) }, [
        h("span", { class: "cp-icon", translate: "no", "aria-hidden": "true" }, icon),
      ]);
    return () =>
      h("div", { class: "cp-calendar", ref: root, role: "group", "aria-label": t("calendar") }, [
        h("div", { class: "cp-calendar-head" }, [
          button("previous_month", "chevron_left", -1),
          h("span", { class: "cp-calendar-month", "aria-live": "polite" }, monthName(first.value)),
          button("next_month", "chevron_right", 1),
        ]),
        h("div", { class: "cp-calendar-grid", role: "grid", "aria-label": monthName(first.value), onKeydown: keydown }, [
          h("div", { class: "cp-calendar-row", role: "row" }, weeks.value[0].map((day) => weekday(day))),
          ...weeks.value.map((week) => h("div", { class: "cp-calendar-row", role: "row", key: week[0] }, week.map((day) => cell(day, props, cursor, emit)))),
        ]),
        h("div", { class: "cp-calendar-foot" }, [
          h("button", { class: "cp-linkbtn", type: "button", tabindex: -1, onClick: () => emit("pick", today()) }, t("today")),
          h("span", { class: "cp-spacer" }),
          h("button", { class: "cp-linkbtn cp-linkbtn--quiet", type: "button", tabindex: -1, onClick: () => emit("pick", "") }, t("clear")),
        ]),
      ]);
  },
};

function cell(day, props, cursor, emit) {
  const chosen = day === props.day;
  const classes = ["cp-calendar-day", day === today() && "is-today", day.slice(0, 7) !== cursor.value.slice(0, 7) && "is-other"];
  return h("div", { class: "cp-calendar-cell", role: "gridcell", "aria-selected": chosen ? "true" : "false", key: day }, [
    h(
      "button",
      {
        class: classes,
        type: "button",
        tabindex: day === cursor.value ? 0 : -1,
        "aria-label": fullDay(day),
        "aria-current": day === today() ? "date" : undefined,
        "data-day": day,
        onClick: () => emit("pick", day),
      },
      String(+day.slice(8)),
    ),
  ]);
}

function weekday(day) {
  const name = (style) => new Intl.DateTimeFormat(language(), { weekday: style, timeZone: "UTC" }).format(dayOf(day));
  return h("div", { class: "cp-calendar-weekday", role: "columnheader", "aria-label": name("long") }, name("short").slice(0, 2));
}

function monthName(day) {
  return capital(new Intl.DateTimeFormat(language(), { month: "long", year: "numeric", timeZone: "UTC" }).format(dayOf(day)));
}

function fullDay(day) {
  return new Intl.DateTimeFormat(language(), { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(dayOf(day));
}
