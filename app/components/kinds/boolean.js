/* Kind "boolean": « Oui » and « Non »; a box to tick.
   Why not Python: see editor.js. */

import { h, ref } from "vue";
import { editorEmits, editorProps, inputAttributes, useEditor } from "./editor.js";
import { t } from "./words.js";

export const boolean = {
  text: (value) => (value === null || value === undefined ? "" : t(value ? "yes" : "no")),
  cell: (value) => (value === null || value === undefined ? null : h("span", { class: value ? "" : "cp-faint" }, boolean.text(value))),
  editor: {
    name: "CpBooleanEditor",
    props: editorProps,
    emits: editorEmits,
    setup(props, { emit, expose }) {
      const input = ref(null);
      const on = ref(Boolean(props.initial ?? props.value));
      const editor = useEditor(props, emit, {
        input,
        raw: () => on.value,
        changed: () => on.value !== Boolean(props.value),
        display: () => on.value,
        selects: false,
      });
      expose({ focus: editor.focus });
      return () =>
        h("span", { class: "cp-cell-box" }, [
          h("input", {
            type: "checkbox",
            ...inputAttributes(props),
            class: "cp-checkbox",
            ref: input,
            checked: on.value,
            onChange: (event) => {
              on.value = event.target.checked;
              editor.change();
            },
            onKeydown: editor.keydown,
            onBlur: editor.leave,
          }),
          h("span", { "aria-hidden": "true" }, boolean.text(on.value)),
        ]);
    },
  },
};
