/* Kind "long_text": its first line in a cell, a box of several lines to edit. Enter saves, Shift+Enter begins a line.
   Why not Python: see editor.js. */

import { h, ref } from "vue";
import { editorEmits, editorProps, inputAttributes, useEditor } from "./editor.js";

export const longText = {
  text: (value) => value || "",
  cell(value) {
    if (!value) return null;
    const line = value.split("\n", 1)[0];
    return h("span", { class: "cp-td-text", dir: "auto", title: value.length > line.length ? value.slice(0, 600) : undefined }, line);
  },
  editor: {
    name: "CpLongTextEditor",
    props: editorProps,
    emits: editorEmits,
    setup(props, { emit, expose }) {
      const input = ref(null);
      const text = ref(props.initial ?? props.value ?? "");
      const editor = useEditor(props, emit, {
        input,
        raw: () => text.value,
        changed: () => text.value !== (props.value ?? "") || props.initial !== undefined,
        display: () => text.value,
        selects: false,
      });
      expose({ focus: editor.focus });
      return () =>
        h("textarea", {
          ...inputAttributes(props),
          class: [props.inputClass, props.mode === "cell" ? "cp-cell-input--long" : "cp-textarea"],
          spellcheck: true,
          dir: "auto",
          rows: 4,
          ref: input,
          value: text.value,
          onInput: (event) => {
            text.value = event.target.value;
            editor.change();
          },
          onKeydown: (event) => (event.key === "Enter" && event.shiftKey ? event.stopPropagation() : editor.keydown(event)),
          onBlur: editor.leave,
        });
    },
  },
};
