/* A menu under its button: role menu, arrows, Home, End, first letters, Escape; focus goes in and comes back.
   Why not Python: it opens within a frame and is where the pointer is. */

import { nextTick } from "vue";
import { fold } from "./comptoir.js";

export const Menu = {
  name: "CpMenu",
  props: { items: Array, label: String, anchor: Object, up: Boolean },
  emits: ["close", "pick"],
  template: `
    <div class="cp-menu" role="menu" :aria-label="label" ref="box" :style="place" @keydown="key">
      <template v-for="(item, i) in items" :key="i">
        <div v-if="item.separator" class="cp-menu-sep" role="separator"></div>
        <div v-else-if="item.heading" class="cp-menu-label" role="presentation" :translate="item.raw ? 'no' : null" dir="auto">{{ item.heading }}<div v-if="item.note" class="cp-caption cp-faint">{{ item.note }}</div></div>
        <a v-else-if="item.href" class="cp-menu-item" role="menuitem" tabindex="-1" :href="item.href" :aria-current="item.current ? 'true' : null" @click="$emit('close')">
          <span translate="no" class="cp-icon" aria-hidden="true">{{ item.icon }}</span><span>{{ item.label }}</span><span class="cp-spacer"></span><kbd v-if="item.key" class="cp-kbd" aria-hidden="true">{{ item.key }}</kbd></a>
        <button v-else class="cp-menu-item" type="button" tabindex="-1" :role="item.checked === undefined ? 'menuitem' : 'menuitemradio'" :aria-checked="item.checked === undefined ? null : String(item.checked)" :lang="item.lang || null" @click="pick(item)">
          <span translate="no" class="cp-icon" aria-hidden="true">{{ item.checked ? 'check' : item.icon }}</span><span>{{ item.label }}</span><span class="cp-spacer"></span><kbd v-if="item.key" class="cp-kbd" aria-hidden="true">{{ item.key }}</kbd></button>
      </template>
    </div>`,
  data: () => ({ place: { position: "fixed", visibility: "hidden", zIndex: 6000 } }),
  mounted() {
    const anchor = this.anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.$refs.box;
    const left = Math.max(8, Math.min(anchor.right - width, window.innerWidth - width - 8));
    const top = this.up || anchor.bottom + height + 12 > window.innerHeight ? Math.max(8, anchor.top - height - 6) : anchor.bottom + 6;
    this.place = { position: "fixed", zIndex: 6000, left: `${left}px`, top: `${top}px` };
    this.outside = (event) => {
      if (!this.$refs.box?.contains(event.target) && !this.anchor.contains(event.target)) this.$emit("close");
    };
    document.addEventListener("pointerdown", this.outside, true);
    nextTick(() => this.entries()[0]?.focus());
  },
  beforeUnmount() {
    document.removeEventListener("pointerdown", this.outside, true);
    if (this.$refs.box?.contains(document.activeElement)) this.anchor.focus();
  },
  methods: {
    entries() {
      return [...this.$refs.box.querySelectorAll(".cp-menu-item")];
    },
    pick(item) {
      this.$emit("close");
      this.$emit("pick", item);
    },
    key(event) {
      const entries = this.entries();
      const at = entries.indexOf(document.activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) entries[(at + step + entries.length) % entries.length].focus();
      else if (event.key === "Home") entries[0].focus();
      else if (event.key === "End") entries.at(-1).focus();
      else if (event.key === "Escape" || event.key === "Tab") this.$emit("close");
      else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
        const letter = fold(event.key);
        const next = [...entries.slice(at + 1), ...entries].find((e) => fold(e.querySelector(".cp-icon + span")?.textContent).startsWith(letter));
        if (!next) return;
        next.focus();
      } else return;
      event.stopPropagation();
      if (event.key !== "Tab") event.preventDefault();
    },
  },
};
