/* The stages a deal went through, newest first: since when, how long, with which amount, by whom. From services/stages.py.
   Why not Python: part of the record page's surface, see state.js. */

import { onMounted, reactive, watch } from "vue";
import { formatDate, formatInstant, formatMoney, formatPercent } from "comptoir-kinds";

export const StageHistory = {
  props: { url: String, version: Number, currency: String, t: Function },
  setup(props) {
    const state = reactive({ entries: null, problem: "" });
    async function load() {
      try {
        state.entries = (await window.comptoir.fetch(`${props.url}/stages`)).entries;
        state.problem = "";
      } catch (error) {
        state.problem = error.message;
      }
    }
    /* How long an entry lasted stands with the one that followed it; the newest lasts until now. */
    const days = (n) => (n ? state.entries[n - 1].days : Math.max(0, Math.floor((Date.now() - new Date(state.entries[0].at)) / 86_400_000)));
    onMounted(load);
    watch(() => props.version, load);
    return { state, load, days, formatDate, formatInstant, formatMoney, formatPercent };
  },
  template: `
    <section class="cp-card" :aria-label="t('stage_history')" data-testid="stage-history">
      <div class="cp-card-head"><h2 class="cp-card-title">{{ t('stage_history') }}</h2></div>
      <p v-if="state.problem" class="cp-home-failed" role="alert">{{ state.problem }} <button class="cp-linkbtn" type="button" @click="load">{{ t('retry') }}</button></p>
      <p v-else-if="state.entries && !state.entries.length" class="cp-home-nothing cp-faint">{{ t('none_here') }}</p>
      <div v-else-if="state.entries" class="cp-home-scroll" tabindex="0" role="region" :aria-label="t('stage_history')"><table class="cp-plain">
        <thead><tr><th scope="col">{{ t('stage') }}</th><th scope="col">{{ t('since') }}</th><th scope="col" class="cp-th--num">{{ t('lasted') }}</th><th scope="col" class="cp-th--num">{{ t('amount') }}</th><th scope="col" class="cp-th--num">{{ t('probability') }}</th><th scope="col">{{ t('closing') }}</th><th scope="col">{{ t('by_whom') }}</th></tr></thead>
        <tbody><tr v-for="(entry, n) in state.entries" :key="entry.at + n" :data-id="n"><td class="cp-strong" dir="auto">{{ entry.label }}</td><td class="num">{{ formatInstant(entry.at) }}</td><td class="cp-td--num num">{{ days(n) === null ? '' : t('n_days', {n: days(n)}) }}</td><td class="cp-td--num num">{{ formatMoney(entry.amount, currency) }}</td><td class="cp-td--num num">{{ formatPercent(entry.probability, 0) }}</td><td class="num">{{ formatDate(entry.closing_on) }}</td><td translate="no" dir="auto">{{ entry.by }}</td></tr></tbody></table></div>
      <div v-else class="cp-card-body" aria-busy="true"><span class="cp-skeleton" style="width:60%" aria-hidden="true"></span></div>
    </section>`,
};
