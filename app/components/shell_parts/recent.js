/* Records that were open lately, in a panel above the footer. Why not Python: a browser remembers its own way through the product;
   only ids are kept here, titles are asked for anew each time, with the rights of now. */

import { nextTick } from "vue";
import { comptoir } from "./comptoir.js";

const LENGTH = 12;
const slot = () => `cp-recent-${comptoir.user?.id}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(slot())) || [];
  } catch {
    return [];
  }
}

/** Remembers that a record's page was opened; other addresses are not for this list. */
export function remember(path) {
  const found = /^\/([a-z0-9_-]+)\/(\d{6,20})$/.exec(path);
  if (!found || !comptoir.user) return;
  const key = `${found[1]}/${found[2]}`;
  try {
    localStorage.setItem(slot(), JSON.stringify([key, ...read().filter((k) => k !== key)].slice(0, LENGTH)));
  } catch {
    /* a private window: nothing is remembered */
  }
}

/** At sign-out: the next person at this browser does not see where one has been. */
export function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("cp-recent-")) localStorage.removeItem(key);
  } catch {
    /* nothing was kept */
  }
}

export const Recent = {
  name: "CpRecent",
  emits: ["close"],
  template: `
    <section class="cp-panel" role="dialog" :aria-label="t('recent')" ref="panel" tabindex="-1" @keydown.esc.stop="$emit('close')">
      <div class="cp-panel-head"><h2 class="cp-panel-title">{{ t("recent") }}</h2><span class="cp-spacer"></span>
        <button class="cp-iconbtn" type="button" :aria-label="t('close')" @click="$emit('close')"><span translate="no" class="cp-icon" aria-hidden="true">close</span></button></div>
      <div class="cp-panel-body" :aria-busy="items === null ? 'true' : null">
        <div v-if="items === null"><span v-for="i in 3" :key="i" class="cp-skeleton cp-skeleton--title" aria-hidden="true"></span></div>
        <p v-else-if="error" class="cp-muted" role="alert">{{ error }}</p>
        <p v-else-if="!items.length" class="cp-muted">{{ t("recent_empty") }}</p>
        <a v-for="item in items || []" :key="item.href" class="cp-menu-item" :href="item.href" :data-id="item.id" @click="$emit('close')"><span translate="no" class="cp-icon" aria-hidden="true">{{ item.icon }}</span><span dir="auto">{{ item.title }}</span><span class="cp-spacer"></span><span class="cp-caption cp-faint">{{ item.module }}</span></a>
      </div>
    </section>`,
  data: () => ({ items: null, error: "" }),
  async mounted() {
    this.before = document.activeElement;
    nextTick(() => this.$refs.panel?.focus());
    const kept = read();
    if (!kept.length) return void (this.items = []);
    try {
      this.items = (await comptoir.fetch(`/api/ui/recent?items=${kept.join(",")}`)).items;
    } catch (error) {
      this.error = error.message;
      this.items = [];
    }
  },
  beforeUnmount() {
    if (this.$refs.panel?.contains(document.activeElement)) this.before?.focus?.();
  },
  methods: { t: (key) => comptoir.t(key) },
};
