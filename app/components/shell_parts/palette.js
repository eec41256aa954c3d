/* The command palette (Ctrl+K): records, places, commands, as one types. Why not Python: each key answers within a frame; records come
   from the server as they are found, with the person's own rights.

   Invariants: the input keeps the focus, the list is driven by aria-activedescendant; an answer that a newer one has overtaken is
   thrown away; `>` at the beginning looks for commands only. */

import { nextTick } from "vue";
import { comptoir, fold } from "./comptoir.js";

const WAIT = 110; // milliseconds without a key before records are asked for

export const Palette = {
  name: "CpPalette",
  props: { places: Array, commands: Array },
  emits: ["close", "run"],
  template: `
    <div class="cp-scrim" @pointerdown.self="$emit('close')">
      <div class="cp-palette" data-testid="command-palette" role="dialog" aria-modal="true" :aria-label="t('search')" @keydown="key">
        <div class="cp-palette-head"><span translate="no" class="cp-icon cp-icon--md" aria-hidden="true">search</span>
          <input class="cp-palette-input" ref="input" v-model="text" role="combobox" aria-autocomplete="list" aria-expanded="true" aria-controls="cp-palette-list" :aria-activedescendant="flat.length ? 'cp-option-' + at : null" :aria-label="t('search')" :placeholder="t('search_long')" autocomplete="off" spellcheck="false" maxlength="200">
          <kbd class="cp-kbd" aria-hidden="true">{{ t("escape") }}</kbd></div>
        <div class="cp-palette-list" role="listbox" id="cp-palette-list" :aria-label="t('results')" ref="list">
          <div v-for="group in groups" :key="group.label" class="cp-palette-group" role="group" :aria-label="group.label">
            <div class="cp-group-label" aria-hidden="true">{{ group.label }}</div>
            <div v-for="item in group.items" :key="item.index" class="cp-palette-item" role="option" :id="'cp-option-' + item.index" :aria-selected="String(item.index === at)" :data-id="item.id || null" @pointermove="at = item.index" @click="run(item)">
              <span translate="no" class="cp-icon" aria-hidden="true">{{ item.icon }}</span>
              <span class="cp-palette-title" dir="auto"><template v-for="(part, i) in parts(item.label)" :key="i"><mark v-if="part.hit" class="cp-mark-hit">{{ part.text }}</mark><template v-else>{{ part.text }}</template></template></span>
              <span v-if="item.note" class="cp-palette-sub" dir="auto">{{ item.note }}</span><span class="cp-spacer"></span>
              <span v-if="item.index === at" class="cp-palette-end" aria-hidden="true">{{ t("open") }} <kbd class="cp-kbd">↵</kbd></span>
            </div>
          </div>
          <p v-if="!flat.length && !busy" class="cp-empty--small cp-muted">{{ error || t("nothing_found") }}</p>
        </div>
        <div class="cp-palette-foot"><kbd class="cp-kbd">↑</kbd><kbd class="cp-kbd">↓</kbd> {{ t("browse") }} <kbd class="cp-kbd">&gt;</kbd> {{ t("commands_only") }}<span class="cp-spacer"></span><span role="status">{{ found }}</span></div>
      </div>
    </div>`,
  data: () => ({ text: "", records: [], at: 0, busy: false, error: "" }),
  computed: {
    onlyCommands() {
      return this.text.startsWith(">");
    },
    wanted() {
      return fold(this.text.replace(/^>/, "").trim());
    },
    groups() {
      const groups = [
        { label: this.t("records"), items: this.onlyCommands ? [] : this.records },
        { label: this.t("commands"), items: this.wanted || this.onlyCommands ? this.matching(this.commands) : [] },
        { label: this.t("go_to"), items: this.onlyCommands ? [] : this.matching(this.places) },
      ];
      let index = 0;
      return groups.map((g) => ({ ...g, items: g.items.map((item) => ({ ...item, index: index++ })) })).filter((g) => g.items.length);
    },
    flat() {
      return this.groups.flatMap((g) => g.items);
    },
    found() {
      if (this.busy || !this.wanted) return "";
      return this.t(this.flat.length === 1 ? "found_one" : "found_many", { n: this.flat.length });
    },
  },
  watch: {
    text() {
      this.at = 0;
      this.look();
    },
  },
  mounted() {
    this.before = document.activeElement;
    nextTick(() => this.$refs.input.focus());
  },
  beforeUnmount() {
    clearTimeout(this.timer);
    this.control?.abort();
    if (this.before?.isConnected) this.before.focus();
  },
  methods: {
    t: (key, params) => comptoir.t(key, params),
    matching(items) {
      const words = this.wanted.split(/\s+/).filter(Boolean);
      return items.filter((item) => words.every((w) => fold(`${item.label} ${item.words || ""}`).split(/[\s’'-]+/).some((part) => part.startsWith(w))));
    },
    parts(label) {
      const hit = this.wanted ? fold(label).indexOf(this.wanted) : -1;
      if (hit < 0 || fold(label).length !== label.length) return [{ text: label }];
      const end = hit + this.wanted.length;
      return [{ text: label.slice(0, hit) }, { text: label.slice(hit, end), hit: true }, { text: label.slice(end) }].filter((p) => p.text);
    },
    look() {
      clearTimeout(this.timer);
      this.control?.abort();
      this.error = "";
      if (this.onlyCommands || this.wanted.length < 2) {
        this.records = [];
        this.busy = false;
        return;
      }
      this.busy = true;
      this.timer = setTimeout(this.ask, WAIT);
    },
    async ask() {
      const control = (this.control = new AbortController());
      try {
        const answer = await comptoir.fetch(`/api/ui/palette?q=${encodeURIComponent(this.text.trim())}`, { signal: control.signal });
        this.records = answer.items;
      } catch (error) {
        if (error.name === "AbortError") return;
        this.records = [];
        this.error = error.message;
      }
      this.busy = false;
    },
    run(item) {
      this.$emit("close");
      if (item.href) comptoir.navigate(item.href);
      else this.$emit("run", item.command);
    },
    key(event) {
      const count = this.flat.length;
      if (event.key === "Escape") this.$emit("close");
      else if (event.key === "Enter" && count) this.run(this.flat[Math.min(this.at, count - 1)]);
      else if (event.key === "ArrowDown" && count) this.go((this.at + 1) % count);
      else if (event.key === "ArrowUp" && count) this.go((this.at + count - 1) % count);
      else if (event.key !== "Tab") return;
      event.preventDefault();
      event.stopPropagation();
    },
    go(index) {
      this.at = index;
      nextTick(() => document.getElementById(`cp-option-${index}`)?.scrollIntoView({ block: "nearest" }));
    },
  },
};
