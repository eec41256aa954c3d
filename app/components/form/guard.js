/* Leaving a form with unsaved input: a link asks first, closing the tab lets the browser ask while
   the server has no draft yet, the back button goes (nothing can stop it)
   and a message leads back. What was typed is kept as a draft in any case.
   Why not Python: it must be decided before the page is left. */

import { onMounted, reactive, ref } from "vue";

/** `dirty`: something was typed; `isKept()`: and the server has it as a draft, so that closing the tab loses nothing. */
export function useGuard(dirty, isKept) {
  const state = reactive({ asking: false });
  let sure = false;
  let onLeave = null;

  const onClick = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || !dirty.value || sure || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.target === "_blank") return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || url.pathname === location.pathname) return;
    event.preventDefault();
    event.stopPropagation();
    ask(() => window.comptoir.navigate(url.pathname + url.search));
  };
  /** Asks, and calls `then` when the person wants to leave. */
  const ask = (then) => {
    onLeave = then;
    state.asking = true;
  };
  const onUnload = (event) => {
    if (dirty.value && !sure && !isKept()) event.preventDefault();
  };
  const begin = () => {
    document.addEventListener("click", onClick, true);
    window.addEventListener("beforeunload", onUnload);
  };
  const end = () => {
    document.removeEventListener("click", onClick, true);
    window.removeEventListener("beforeunload", onUnload);
  };
  const stay = () => (state.asking = false);
  const leave = () => {
    sure = true;
    state.asking = false;
    onLeave();
  };
  return { state, ask, begin, end, stay, leave };
}

export const LeaveDialog = {
  props: { t: Function },
  emits: ["stay", "leave"],
  setup() {
    const dialog = ref(null);
    onMounted(() => dialog.value.showModal());
    return { dialog };
  },
  template: `
    <dialog ref="dialog" class="cp-dialog cp-dialog--native" aria-labelledby="cp-leave" @cancel.prevent="$emit('stay')">
      <h2 id="cp-leave" class="cp-dialog-title">{{ t('leave_title') }}</h2><p class="cp-dialog-text">{{ t('leave_text') }}</p>
      <div class="cp-dialog-actions"><button class="cp-btn cp-btn--neutral" type="button" @click="$emit('leave')">{{ t('leave') }}</button><button class="cp-btn cp-btn--primary" type="button" autofocus @click="$emit('stay')">{{ t('stay') }}</button></div>
    </dialog>`,
};
