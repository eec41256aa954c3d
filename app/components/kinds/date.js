/* Kinds "date" and "datetime": typed as people write them (« 20/06 », « demain », « lundi »; the server reads it) or picked
   from a calendar (Arrow down goes into it). A picked day is sent as ISO, which no setting can misread.
   Why not Python: see calendar.js. */

import { h, ref } from "vue";
import { Calendar } from "./calendar.js";
import { editorEmits, editorProps, inputAttributes, take, useEditor } from "./editor.js";
import { dayOf, formatDate, formatDateInput, formatInstant, formatInstantInput, formatRecent, isoDay, language, zone } from "./format.js";
import { Popup } from "./popup.js";

let numbers = 0;

/** Makes the editor; `withTime` keeps the clock time that stands after the day. */
function dateEditor(name, withTime) {
  const shown = withTime ? formatInstantInput : formatDateInput;
  const dayOfValue = (value) => (value ? (withTime ? isoDay(new Date(value), zone()) : value.slice(0, 10)) : "");
  return {
    name,
    props: editorProps,
    emits: editorEmits,
    setup(props, { emit, expose }) {
      const id = `cp-calendar-${(numbers += 1)}`;
      const box = ref(null);
      const input = ref(null);
      const calendar = ref(null);
      const open = ref(false);
      const before = shown(props.value);
      const text = ref(props.initial ?? before);
      const picked = ref("");
      const editor = useEditor(props, emit, {
        input,
        raw: () => picked.value || text.value,
        changed: () => text.value !== before || props.initial !== undefined,
        display: () => (withTime || !picked.value ? text.value : formatDate(picked.value)),
      });
      const pick = (day) => {
        const time = withTime ? (/\d{1,2}[:h]\d{2}/.exec(text.value)?.[0] || "09:00").replace("h", ":") : "";
        picked.value = day && withTime ? `${day}T${time.padStart(5, "0")}` : day;
        text.value = day ? (withTime ? `${formatDateInput(day)} ${time}` : formatDateInput(day)) : "";
        open.value = false;
        editor.change();
        if (editor.inPlace() && !withTime) editor.save("enter");
        else input.value.focus();
      };
      const keydown = (event) => {
        if (event.key === "ArrowDown") {
          take(event, () => {
            open.value = true;
            calendarSoon();
          });
        } else if (event.key === "Escape" && open.value && props.mode !== "cell") take(event, () => (open.value = false));
        else editor.keydown(event);
      };
      const calendarSoon = () => requestAnimationFrame(() => calendar.value?.enter());
      const blur = (event) => {
        if (calendar.value?.root?.contains(event.relatedTarget)) return;
        open.value = false;
        editor.leave();
      };
      const outside = () => {
        const inside = document.activeElement !== input.value; // the keys were in the calendar
        open.value = false;
        if (inside) editor.leave();
      };
      expose({ focus: editor.focus });
      return () => [
        h("span", { class: "cp-datebox", ref: box }, [
          h("input", {
            type: "text",
            ...inputAttributes(props),
            role: "combobox",
            "aria-haspopup": "dialog",
            "aria-expanded": String(open.value),
            "aria-controls": id,
            ref: input,
            value: text.value,
            onInput: (event) => {
              text.value = event.target.value;
              picked.value = "";
              editor.change();
            },
            onFocus: () => (open.value = true),
            onClick: () => (open.value = true),
            onKeydown: keydown,
            onBlur: blur,
          }),
          h("span", { class: "cp-icon cp-icon--sm", translate: "no", "aria-hidden": "true" }, "calendar_today"),
        ]),
        open.value &&
          h(Popup, { anchor: box.value, minWidth: 244, onOutside: outside }, () =>
            h(Calendar, {
              id,
              ref: calendar,
              day: picked.value.slice(0, 10) || readDay(text.value) || dayOfValue(props.value),
              weekStart: window.comptoir?.week_start ?? 0,
              onPick: pick,
              onClose: () => {
                open.value = false;
                input.value.focus();
              },
            }),
          ),
      ];
    },
  };
}

/** The day that a text means, when it is written in full: for what the calendar shows, never for what is saved. */
function readDay(text) {
  const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})/.exec(text.trim());
  const [day_, month] = found ? (language() === "en" ? [found[2], found[1]] : [found[1], found[2]]) : [];
  const iso = found ? `${found[3]}-${month.padStart(2, "0")}-${day_.padStart(2, "0")}` : text.trim().slice(0, 10);
  const day = dayOf(iso);
  return day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso) ? iso : "";
}

export const date = {
  text: (value) => formatDate(value),
  cell: (value) => (value ? h("span", { class: "num" }, formatDate(value)) : null),
  editor: dateEditor("CpDateEditor", false),
};

export const datetime = {
  text: (value) => formatInstant(value),
  cell: (value) => (value ? h("time", { class: "num", datetime: value, title: formatInstant(value) }, formatRecent(value)) : null),
  editor: dateEditor("CpDateTimeEditor", true),
};
