/* Messages at the bottom: announced, with undo, gone after a while unless somebody looks at them.
   Why not Python: undo must work at once, and a message about a lost connection cannot come from the server. */

import { comptoir, state } from "./comptoir.js";

const ICONS = { error: "error", warning: "warning" };

const Toast = {
  name: "CpToast",
  props: { toast: Object },
  emits: ["gone"],
  template: `
    <div class="cp-toast" data-testid="toast" @mouseenter="hold" @mouseleave="release" @focusin="hold" @focusout="release">
      <span translate="no" class="cp-icon" aria-hidden="true">{{ icon }}</span><span dir="auto">{{ toast.text }}</span>
      <template v-if="toast.undo || toast.link || toast.again"><span class="cp-toast-sep" aria-hidden="true"></span>
        <button v-if="toast.undo" class="cp-toast-action" type="button" @click="undo">{{ t("undo") }}</button>
        <template v-if="toast.undo"><kbd class="cp-kbd cp-kbd--inv" aria-hidden="true">Ctrl</kbd><kbd class="cp-kbd cp-kbd--inv" aria-hidden="true">Z</kbd></template>
        <a v-if="toast.link" class="cp-toast-action" :href="toast.link" @click="$emit('gone')">{{ t("show") }}</a>
        <button v-if="toast.again" class="cp-toast-action" type="button" @click="again">{{ t("again") }}</button>
      </template>
      <button class="cp-toast-close" type="button" :aria-label="t('close')" @click="$emit('gone')"><span translate="no" class="cp-icon" aria-hidden="true">close</span></button>
    </div>`,
  computed: {
    icon() {
      return this.toast.icon || ICONS[this.toast.kind] || "check_circle";
    },
  },
  mounted() {
    this.left = this.toast.seconds * 1000;
    this.release();
  },
  beforeUnmount() {
    clearTimeout(this.timer);
  },
  methods: {
    t: (key) => comptoir.t(key),
    hold() {
      clearTimeout(this.timer);
      this.left -= Date.now() - this.since;
    },
    release() {
      this.since = Date.now();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("gone"), Math.max(this.left, 1500));
    },
    undo() {
      comptoir.undo(this.toast.undo);
    },
    again() {
      this.$emit("gone");
      this.toast.again();
    },
  },
};

export const Toasts = {
  name: "CpToasts",
  components: { Toast },
  template: `
    <div class="cp-toasts" role="status" aria-live="polite"><Toast v-for="toast in toasts" :key="toast.id" :toast="toast" @gone="dismiss(toast.id)"></Toast></div>`,
  computed: { toasts: () => state.toasts },
  methods: { dismiss: (id) => comptoir.dismiss(id) },
};
