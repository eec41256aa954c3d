/* A field with a list under it: choose one or several out of many, by typing, arrows, mouse or finger. The ground of the editors
   of choices, links and people.
   Why not Python: it filters and moves with each key; see editor.js.

   `comboEditor(name, source)`: `source(props)` gives `{options(text) → list or promise, multiple, chosen() → list, render(option),
   create(text) → promise or null, placeholder}`; an option is `{value, label, hint?, disabled?}`.
   Invariants: focus stays in the input, the highlighted option is told by aria-activedescendant; an answer to an older text is dropped. */

import { computed, h, nextTick, ref, shallowRef } from "vue";
import { editorEmits, editorProps, inputAttributes, take, useEditor } from "./editor.js";
import { Popup } from "./popup.js";
import { t } from "./words.js";

let numbers = 0;

export function comboEditor(name, source) {
  return {
    name,
    props: editorProps,
    emits: editorEmits,
    setup(props, { emit, expose }) {
      const combo = useCombo(props, emit, source(props));
      expose({ focus: combo.editor.focus });
      return () => [h("span", { class: ["cp-combo", combo.multiple && "cp-combo--many", combo.multiple && props.inputClass], ref: combo.box }, combo.field()), combo.popup()];
    },
  };
}

function useCombo(props, emit, source) {
  const id = `cp-combo-${(numbers += 1)}`;
  const multiple = Boolean(source.multiple);
  const box = ref(null);
  const input = ref(null);
  const open = ref(false);
  const text = ref(typeof props.initial === "string" ? props.initial : "");
  const typing = ref(text.value !== "");
  const active = ref(-1);
  const options = shallowRef([]);
  const busy = ref(false);
  const problem = ref("");
  const chosen = shallowRef(source.chosen());
  const before = JSON.stringify(chosen.value.map((option) => option.value));
  const label = computed(() => (multiple || typing.value ? text.value : (chosen.value[0]?.label ?? "")));
  const rawOf = (list) => (multiple ? list.map((option) => option.value) : (list[0]?.value ?? null));
  const editor = useEditor(props, emit, {
    input,
    raw: () => rawOf(chosen.value),
    changed: () => JSON.stringify(chosen.value.map((option) => option.value)) !== before,
    display: () => (multiple ? chosen.value : (chosen.value[0] ?? null)),
  });

  let wanted = 0;
  const load = async () => {
    const mine = (wanted += 1);
    const found = source.options(typing.value ? text.value : "");
    if (found instanceof Promise) busy.value = true;
    try {
      const list = await found;
      if (mine !== wanted) return;
      const creating = source.create && typing.value && text.value.trim() && !list.some((o) => o.label === text.value.trim());
      options.value = creating ? [...list, { value: "", label: t("create_named", { name: text.value.trim() }), create: true }] : list;
      problem.value = "";
      active.value = typing.value ? (options.value.length ? 0 : -1) : options.value.findIndex((o) => isChosen(o));
    } catch (error) {
      if (error.name === "AbortError" || mine !== wanted) return;
      options.value = [];
      problem.value = error.message;
    } finally {
      if (mine === wanted) busy.value = false;
    }
  };
  const isChosen = (option) => !option.create && chosen.value.some((c) => c.value === option.value);
  const show = () => {
    if (open.value) return;
    open.value = true;
    load();
  };
  const hide = () => (open.value = false);

  const pick = async (option) => {
    if (!option || option.disabled) return;
    if (option.create) {
      const made = await create();
      if (!made) return;
      option = made;
    }
    typing.value = false;
    text.value = "";
    if (multiple) {
      chosen.value = isChosen(option) ? chosen.value.filter((c) => c.value !== option.value) : [...chosen.value, option];
      editor.change();
      load();
      nextTick(() => input.value?.focus());
    } else {
      chosen.value = option.value === null ? [] : [option];
      hide();
      editor.change();
      editor.save("enter");
      if (!editor.inPlace()) nextTick(() => input.value?.select());
    }
  };
  const create = async () => {
    busy.value = true;
    try {
      return await source.create(text.value.trim());
    } catch (error) {
      problem.value = error.message;
      return null;
    } finally {
      busy.value = false;
    }
  };
  const remove = (option) => {
    chosen.value = chosen.value.filter((c) => c.value !== option.value);
    editor.change();
    input.value?.focus();
  };
  const move = (n) => {
    if (!open.value) return show();
    const count = options.value.length;
    if (count) active.value = (active.value + n + count) % count;
    nextTick(() => document.getElementById(`${id}-${active.value}`)?.scrollIntoView({ block: "nearest" }));
  };
  let moved = false;
  const keydown = (event) => {
    if (event.isComposing) return;
    const option = open.value ? options.value[active.value] : undefined;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") take(event, () => ((moved = true), move(event.key === "ArrowDown" ? 1 : -1)));
    else if (event.key === "Enter" && option && (typing.value || moved)) take(event, () => ((moved = false), pick(option)));
    else if (event.key === "Enter" && typing.value && text.value.trim()) take(event, load);
    else if (event.key === " " && multiple && option && !text.value) take(event, () => pick(option));
    else if (event.key === "Backspace" && multiple && !text.value && chosen.value.length) remove(chosen.value[chosen.value.length - 1]);
    else if (event.key === "Escape" && open.value && !editor.inPlace()) take(event, () => (hide(), (typing.value = false), (text.value = "")));
    else {
      if (event.key === "Tab" && !multiple && option && !option.create && (typing.value || moved)) chosen.value = option.value === null ? [] : [option];
      else if (event.key === "Tab" && !multiple && typing.value && !text.value) chosen.value = [];
      if (event.key === "Tab" && !editor.inPlace()) editor.change();
      editor.keydown(event);
    }
  };
  const onInput = (event) => {
    text.value = event.target.value;
    typing.value = true;
    open.value = true;
    if (!multiple && !text.value && !props.field.required) {
      chosen.value = [];
      editor.change();
    }
    load();
  };
  const blur = () => {
    hide();
    typing.value = false;
    if (editor.inPlace()) editor.leave();
    else text.value = "";
  };

  const field = () => [
    ...(multiple ? chosen.value.map((option) => chip(option)) : []),
    !multiple && !typing.value && chosen.value[0] && source.icon ? source.icon(chosen.value[0]) : null,
    h("input", {
      type: "text",
      ...inputAttributes(props),
      class: multiple ? "cp-combo-input" : props.inputClass,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": String(open.value),
      "aria-controls": `${id}-list`,
      "aria-activedescendant": open.value && active.value >= 0 ? `${id}-${active.value}` : undefined,
      "aria-busy": busy.value ? "true" : undefined,
      dir: "auto",
      ref: input,
      value: label.value,
      placeholder: chosen.value.length && multiple ? undefined : (props.placeholder ?? source.placeholder?.()),
      onInput,
      onFocus: show,
      onClick: show,
      onKeydown: keydown,
      onBlur: blur,
    }),
    !multiple && h("span", { class: "cp-icon cp-icon--sm cp-combo-arrow", translate: "no", "aria-hidden": "true" }, "expand_more"),
  ];
  const chip = (option) =>
    h("span", { class: "cp-token", key: option.value, translate: "no" }, [
      h("span", { class: "cp-token-text" }, option.label),
      h("button", { type: "button", tabindex: -1, "aria-label": t("remove_named", { name: option.label }), onMousedown: (e) => e.preventDefault(), onClick: () => remove(option) }, [
        h("span", { class: "cp-icon cp-icon--sm", translate: "no", "aria-hidden": "true" }, "close"),
      ]),
    ]);
  const popup = () =>
    open.value && box.value
      ? h(Popup, { anchor: box.value, minWidth: 220, onOutside: () => editor.inPlace() || hide() }, () => [
          h(
            "div",
            { class: "cp-listbox", role: "listbox", id: `${id}-list`, "aria-label": props.label || t("choices"), "aria-multiselectable": multiple ? "true" : undefined },
            options.value.map((option, index) => row(option, index)),
          ),
          problem.value ? h("div", { class: "cp-listbox-note cp-error", role: "alert" }, problem.value) : null,
          !options.value.length && !problem.value ? h("div", { class: "cp-listbox-note", role: "status" }, busy.value ? t("searching") : t("no_match")) : null,
        ])
      : h("span", { id: `${id}-list`, hidden: true });
  const row = (option, index) =>
    h(
      "div",
      {
        class: ["cp-option", index === active.value && "is-active", option.create && "cp-option--create"],
        role: "option",
        id: `${id}-${index}`,
        key: option.create ? "create" : (option.value ?? "none"),
        "aria-selected": String(isChosen(option) || (option.value === null && !chosen.value.length)),
        "aria-disabled": option.disabled ? "true" : undefined,
        onMousemove: () => (active.value = index),
        onClick: () => pick(option),
      },
      [
        multiple && h("span", { class: ["cp-option-box", isChosen(option) && "is-on"], "aria-hidden": "true" }),
        option.create ? h("span", { class: "cp-icon", translate: "no", "aria-hidden": "true" }, "add") : null,
        option.create || option.value === null ? h("span", {}, option.label) : source.render(option),
        !multiple && isChosen(option) ? h("span", { class: "cp-icon cp-option-mark", translate: "no", "aria-hidden": "true" }, "check") : null,
      ],
    );
  return { box, multiple, editor, field, popup };
}
