/* The keyboard help (`?`): every key of the product, in a dialog. Why not Python: it opens while the server is away. */

import { nextTick } from "vue";
import { comptoir } from "./comptoir.js";

export const KeyHelp = {
  name: "CpKeyHelp",
  props: { groups: Array },
  emits: ["close"],
  template: `
    <div class="cp-scrim" @pointerdown.self="$emit('close')">
      <div class="cp-dialog cp-dialog--wide" role="dialog" aria-modal="true" aria-labelledby="cp-keys-title" @keydown="key">
        <div class="cp-inline"><h2 class="cp-dialog-title" id="cp-keys-title">{{ t("keys_title") }}</h2><span class="cp-spacer"></span>
          <button class="cp-iconbtn" type="button" ref="close" :aria-label="t('close')" @click="$emit('close')"><span translate="no" class="cp-icon" aria-hidden="true">close</span></button></div>
        <div class="cp-dialog-body" style="display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:8px 32px">
          <section v-for="group in groups" :key="group.label"><h3 class="cp-group-label">{{ group.label }}</h3>
            <dl class="cp-defs"><div v-for="entry in group.keys" :key="entry.label"><dt>{{ entry.label }}</dt><dd><kbd v-for="k in entry.keys" :key="k" class="cp-kbd">{{ k }}</kbd></dd></div></dl></section>
        </div>
        <p v-if="!letters" class="cp-caption cp-faint">{{ t("letters_off") }}</p>
      </div>
    </div>`,
  computed: { letters: () => comptoir.letters },
  mounted() {
    this.before = document.activeElement;
    nextTick(() => this.$refs.close.focus());
  },
  beforeUnmount() {
    this.before?.focus?.();
  },
  methods: {
    t: (key) => comptoir.t(key),
    key(event) {
      if (event.key === "Tab") event.preventDefault(); // the button is the only stop
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.$emit("close");
    },
  },
};
