/* What is to be done next with a deal: late, planned, or nothing planned yet. Done, later and the next one are one click or one line.
   Why not Python: part of the record page's surface, see state.js. Emits `save(values, toast)`. */

import { computed, nextTick, reactive, ref } from "vue";
import { addDays, dayOf, formatDate, formatDayShort, today } from "comptoir-kinds";
import { Menu } from "comptoir-shell";

const KINDS = { late: "alarm", planned: "arrow_forward", none: "priority_high" };

export const NextAction = {
  components: { Menu },
  props: { row: Object, states: Object, editable: Boolean, t: Function },
  emits: ["save"],
  setup(props, { emit }) {
    const root = ref(null);
    const opener = ref(null);
    const state = reactive({ menu: false, text: "", writing: false });
    const step = computed(() => props.row.cells.next_step || "");
    const closing = computed(() => props.row.cells.closing_on || "");
    const kind = computed(() => (closing.value && closing.value < today() ? "late" : step.value ? "planned" : "none"));
    const title = computed(() => step.value || props.t(kind.value === "late" ? "closing_passed" : "no_action"));
    const monday = () => addDays(today(), ((8 - dayOf(today()).getUTCDay()) % 7) || 7);
    const later = computed(() =>
      [["tomorrow", addDays(today(), 1)], ["in_3_days", addDays(today(), 3)], ["monday", monday()], ["in_2_weeks", addDays(today(), 14)]].map(([key, day]) => ({ label: props.t(key), key: formatDayShort(day), day })),
    );
    const postpone = ({ day }) => emit("save", { closing_on: day }, props.t("postponed", { day: formatDate(day) }));
    function done() {
      emit("save", { next_step: "" }, props.t("action_done", { what: step.value }));
      write();
    }
    function write() {
      state.writing = true;
      nextTick(() => root.value?.querySelector("input")?.focus());
    }
    function plan() {
      const text = state.text.trim();
      if (!text) return;
      emit("save", { next_step: text }, "");
      Object.assign(state, { text: "", writing: false });
    }
    const problem = computed(() => props.states.next_step?.problem || props.states.closing_on?.problem || "");
    return { root, opener, state, step, closing, kind, title, later, postpone, done, write, plan, problem, icon: computed(() => KINDS[kind.value]), short: formatDayShort };
  },
  template: `
    <section ref="root" class="cp-nextaction" :class="{'is-late': kind === 'late', 'is-none': kind === 'none'}" :aria-label="t('next_action')" data-testid="next-action" :data-id="row.id">
      <div class="cp-nextaction-head"><span class="cp-icon" aria-hidden="true" translate="no">{{ icon }}</span><b dir="auto" :translate="step ? 'no' : undefined">{{ title }}</b><span class="cp-spacer"></span><span v-if="closing" class="num" :title="t('closing')">{{ short(closing) }}</span></div>
      <form v-if="editable && (state.writing || !step)" class="cp-nextaction-form" @submit.prevent="plan"><input class="cp-input" type="text" maxlength="100" v-model="state.text" :aria-label="t('what_next')" :placeholder="t('what_next')" dir="auto" @keydown.esc.stop="state.writing = false"><button class="cp-btn cp-btn--white cp-btn--small" type="submit" :disabled="!state.text.trim()">{{ t('plan') }}</button></form>
      <div v-if="editable && (step || kind === 'late')" class="cp-nextaction-actions">
        <button v-if="step" class="cp-btn cp-btn--white cp-btn--small" type="button" @click="done"><span class="cp-icon" aria-hidden="true" translate="no">check</span>{{ t('done') }}</button>
        <button ref="opener" class="cp-linkbtn" type="button" aria-haspopup="menu" :aria-expanded="String(state.menu)" @click="state.menu = !state.menu">{{ t('postpone') }}</button>
        <Menu v-if="state.menu" :items="later" :label="t('postpone')" :anchor="opener" @close="state.menu = false" @pick="postpone"/></div>
      <div v-if="problem" class="cp-error" role="alert">{{ problem }}</div>
    </section>`,
};
