/* What all editors have in common: their properties, events and keys.
   Why not Python: a key press must act within a frame, and a colleague's slow network must not eat letters.

   Properties: `field` (of `describe`), `value` (JSON of the cell), `label` (its accessible name), `mode`, `invalid`, `describedby`,
   `initial` (text to start with instead of the value: what was refused), `inputClass`, `row`.
   Modes: "cell" saves on Enter, Tab and leaving, and cancels on Escape; "form" and "filter" only tell each change.
   Events: `save(raw, {how, changed, display})` with how = "enter" | "next" | "previous" | "leave"; `cancel()`; `change(raw, display)`.
   Invariants: `raw` is what the person gave, the server parses it; an editor saves or cancels once. */

import { nextTick, onMounted } from "vue";

export const editorProps = {
  field: { type: Object, required: true },
  value: { default: null },
  label: { type: String, default: "" },
  mode: { type: String, default: "cell" },
  invalid: Boolean,
  describedby: { type: String, default: undefined },
  initial: { default: undefined },
  inputClass: { type: String, default: "cp-cell-input" },
  row: { type: Object, default: null },
  autofocus: Boolean,
  inputId: { type: String, default: undefined },
  placeholder: { type: String, default: undefined },
};

export const editorEmits = ["save", "cancel", "change"];

/** Keys and leaving of one editor. `raw()`, `changed()` and `display()` read its state; `input` is the ref of its focus element. */
export function useEditor(props, emit, { input, raw, changed, display = () => undefined, selects = true }) {
  let done = false;
  const inPlace = () => props.mode === "cell";
  const save = (how) => {
    if (!inPlace() || done) return;
    done = true;
    emit("save", raw(), { how, changed: changed(), display: display() });
  };
  const cancel = () => {
    if (done) return;
    done = inPlace();
    emit("cancel");
  };
  const keydown = (event) => {
    if (event.isComposing || !inPlace()) return;
    if (event.key === "Enter" && !event.altKey) take(event, () => save("enter"));
    else if (event.key === "Escape") take(event, cancel);
    else if (event.key === "Tab") take(event, () => save(event.shiftKey ? "previous" : "next"));
    else event.stopPropagation();
  };
  const leave = () => save("leave");
  const change = () => emit("change", raw(), display());
  const focus = () => {
    input.value?.focus();
    if (selects) input.value?.select?.();
  };
  onMounted(() => (props.autofocus ? nextTick(focus) : undefined));
  return { save, cancel, keydown, leave, change, focus, inPlace };
}

/** Attributes that every input of an editor carries. */
export function inputAttributes(props) {
  return {
    id: props.inputId,
    class: props.inputClass,
    "aria-label": props.inputId ? undefined : props.label,
    "aria-invalid": props.invalid ? "true" : undefined,
    "aria-describedby": props.describedby,
    "aria-required": props.field.required && props.mode === "form" ? "true" : undefined,
    placeholder: props.placeholder,
    autocomplete: "off",
    spellcheck: false,
  };
}

/** Does `action` and keeps the key from the page and from the table around. */
export function take(event, action) {
  event.preventDefault();
  event.stopPropagation();
  action();
}
