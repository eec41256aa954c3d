/* The editor of one line: text, e-mail, telephone, address, numbers, money. What is typed goes to the server as it is.
   Why not Python: see editor.js. */

import { h, ref } from "vue";
import { editorEmits, editorProps, inputAttributes, useEditor } from "./editor.js";

/** Makes the editor of a kind. `shown(value, props)` is the text to start with, `attributes(props)` more of the input's. */
export function lineEditor(name, shown, attributes = () => ({})) {
  return {
    name,
    props: editorProps,
    emits: editorEmits,
    setup(props, { emit, expose }) {
      const input = ref(null);
      const before = shown(props.value, props);
      const text = ref(props.initial ?? before);
      const editor = useEditor(props, emit, {
        input,
        raw: () => text.value,
        changed: () => text.value !== before || props.initial !== undefined,
        display: () => text.value,
      });
      expose({ focus: editor.focus });
      return () =>
        h("input", {
          type: "text",
          ...inputAttributes(props),
          ...attributes(props),
          class: [props.inputClass, attributes(props).class],
          ref: input,
          value: text.value,
          onInput: (event) => {
            text.value = event.target.value;
            editor.change();
          },
          onKeydown: editor.keydown,
          onBlur: editor.leave,
        });
    },
  };
}
