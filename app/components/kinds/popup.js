/* A list or a calendar that floats under its field, above everything, also inside a dialog.
   Why not Python: it follows the field while the page scrolls and closes without a round trip. */

import { h, nextTick, onBeforeUnmount, onMounted, ref, Teleport } from "vue";

/** Where floating parts of `element` belong: a modal dialog makes everything outside itself inert. */
export function layerOf(element) {
  return element?.closest("dialog, .q-dialog") || document.body;
}

/** Props: `anchor` (the element under which it stands), `label`, `minWidth`. The default slot is its content. */
export const Popup = {
  name: "CpPopup",
  props: { anchor: Object, minWidth: { type: Number, default: 220 }, kind: { type: String, default: "" } },
  emits: ["outside"],
  setup(props, { slots, emit }) {
    const box = ref(null);
    const style = ref({ position: "fixed", visibility: "hidden", top: "0", left: "0" });
    const place = () => {
      const anchor = props.anchor?.getBoundingClientRect();
      if (!anchor || !box.value) return;
      const width = Math.max(anchor.width, props.minWidth);
      const height = box.value.offsetHeight;
      const below = window.innerHeight - anchor.bottom - 8;
      const up = below < height && anchor.top > below;
      const top = up ? Math.max(8, anchor.top - height - 4) : anchor.bottom + 4;
      const left = Math.max(8, Math.min(anchor.left, window.innerWidth - width - 8));
      style.value = { position: "fixed", top: `${top}px`, left: `${left}px`, minWidth: `${width}px`, zIndex: 7000 };
    };
    const outside = (event) => {
      if (!box.value?.contains(event.target) && !props.anchor?.contains(event.target)) emit("outside", event);
    };
    let watcher;
    onMounted(() => {
      nextTick(place);
      watcher = new ResizeObserver(place);
      watcher.observe(box.value);
      window.addEventListener("scroll", place, true);
      window.addEventListener("resize", place);
      document.addEventListener("pointerdown", outside, true);
    });
    onBeforeUnmount(() => {
      watcher?.disconnect();
      window.removeEventListener("scroll", place, true);
      window.removeEventListener("resize", place);
      document.removeEventListener("pointerdown", outside, true);
    });
    return () =>
      h(Teleport, { to: layerOf(props.anchor) }, [
        h("div", { ref: box, class: ["cp-popup", props.kind], style: style.value, onMousedown: keepFocus }, slots.default?.()),
      ]);
  },
};

/** A click in a floating list must not take the focus from the field it belongs to. */
function keepFocus(event) {
  if (!event.target.closest("input, textarea, select")) event.preventDefault();
}
