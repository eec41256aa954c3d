/* What happened to a record, by day: changes with old → new, who and from where; undo per entry; the record as it was on a day.
   Why not Python: part of the record page's surface, see state.js. Entries come in words from services/timeline.py. */

import { computed, onMounted, reactive, watch } from "vue";
import { capital, formatDate, formatTime, isoDay, today, zone } from "comptoir-kinds";

const ICONS = { create: "add", update: "edit", delete: "delete", restore: "restore_from_trash", purge: "delete_forever" };

const MAIN = 4; // changes of an entry that are shown at once

const CHANGE = `<span v-if="labelled" class="cp-faint">{{ change.label }}<br></span><span v-if="change.before" class="cp-old">{{ change.before }}</span><template v-if="change.before"> → </template><span class="cp-new">{{ change.after || t('empty') }}</span>`;
const Change = { props: { change: Object, labelled: Boolean, t: Function }, template: `<div class="cp-event-change" dir="auto">${CHANGE}</div>` };

export const Timeline = {
  components: { Change },
  props: { url: String, version: Number, derived: Set, t: Function },
  emits: ["undone"],
  setup(props, { emit }) {
    const state = reactive({ entries: null, next: null, problem: "", kind: "all", busy: false, day: "", then: null, thenProblem: "" });

    async function load(after = "") {
      state.busy = true;
      try {
        const answer = await window.comptoir.fetch(`${props.url}/timeline?${new URLSearchParams(after ? { after } : {})}`);
        state.entries = after ? [...state.entries, ...answer.entries] : answer.entries;
        state.next = answer.next;
        state.problem = "";
      } catch (error) {
        state.problem = error.message;
      } finally {
        state.busy = false;
      }
    }
    async function undo(entry) {
      await window.comptoir.undo(entry.set);
      await load();
      emit("undone");
    }
    async function asOf() {
      state.then = null;
      state.thenProblem = "";
      if (!state.day) return;
      try {
        state.then = await window.comptoir.fetch(`${props.url}/as-of?${new URLSearchParams({ day: state.day })}`);
      } catch (error) {
        state.thenProblem = error.fields?.day || error.message;
      }
    }
    const isStage = (entry) => entry.changes.some((change) => change.field === "stage");
    const kinds = { all: () => true, stages: isStage, edits: (entry) => entry.op === "update" && !isStage(entry), others: (entry) => entry.op !== "update" };
    const days = computed(() => {
      const found = new Map();
      for (const entry of (state.entries || []).filter(kinds[state.kind])) {
        const day = isoDay(new Date(entry.at), zone());
        if (!found.has(day)) found.set(day, []);
        found.get(day).push(entry);
      }
      return [...found].map(([day, entries]) => ({ day, label: dayName(day), entries }));
    });
    const dayName = (day) => (day === today() ? props.t("today") : capital(formatDate(day)));
    /* What somebody did stands first; what Comptoir worked out from it can be unfolded. */
    const main = (entry) => {
      const chosen = entry.changes.filter((change) => !props.derived?.has(change.field));
      return (chosen.length ? chosen : entry.changes).slice(0, MAIN);
    };
    const rest = (entry) => entry.changes.filter((change) => !main(entry).includes(change));
    const title = (entry) => (entry.op === "update" && main(entry).length === 1 && !entry.undo_of ? main(entry)[0].label : entry.label);
    const icon = (entry) => (entry.undo_of ? "undo" : isStage(entry) ? "trending_up" : ICONS[entry.op] || "edit");
    const from = (entry) => (entry.source === "ui" ? entry.by : `${entry.by} · ${props.t(`from_${entry.source}`)}`);
    onMounted(load);
    watch(() => props.version, () => load());
    return { state, days, load, undo, asOf, main, rest, title, icon, from, formatTime: (at) => formatTime(new Date(at)), hasStages: computed(() => (state.entries || []).some(isStage)), maxDay: today() };
  },
  template: `
    <div class="cp-timeline" data-testid="timeline">
      <div class="cp-timeline-head"><h2 class="cp-card-title">{{ t('timeline') }}</h2><span class="cp-spacer"></span>
        <label class="cp-sr" :for="'cp-tl-kind'">{{ t('show') }}</label><select id="cp-tl-kind" class="cp-select cp-select--small" v-model="state.kind"><option value="all">{{ t('all') }}</option><option v-if="hasStages" value="stages">{{ t('stages') }}</option><option value="edits">{{ t('edits') }}</option><option value="others">{{ t('others') }}</option></select></div>
      <p v-if="state.problem" class="cp-error" role="alert">{{ state.problem }} <button class="cp-linkbtn" type="button" @click="load()">{{ t('retry') }}</button></p>
      <div v-if="!state.entries && !state.problem" class="cp-stack" aria-busy="true"><span v-for="n in 4" :key="n" class="cp-skeleton" :style="{width: (90 - n * 10) + '%'}" aria-hidden="true"></span></div>
      <p v-if="state.entries && !days.length" class="cp-faint">{{ t('nothing_happened') }}</p>
      <template v-for="group in days" :key="group.day"><h3 class="cp-timeline-day">{{ group.label }}</h3>
        <ol class="cp-timeline-list"><li v-for="entry in group.entries" :key="entry.id" class="cp-event" :data-id="entry.id">
          <span class="cp-event-dot" aria-hidden="true" translate="no"><span class="cp-icon cp-icon--sm">{{ icon(entry) }}</span></span>
          <div class="cp-event-head"><span class="cp-event-title" dir="auto">{{ title(entry) }}</span><time class="cp-event-time num" :datetime="entry.at">{{ formatTime(entry.at) }}</time></div>
          <Change v-for="change in main(entry)" :key="change.field" :change="change" :labelled="main(entry).length > 1 || Boolean(entry.undo_of)" :t="t"/>
          <details v-if="rest(entry).length" class="cp-event-more"><summary>{{ t(rest(entry).length === 1 ? 'more_changes_one' : 'more_changes_many', {n: rest(entry).length}) }}</summary><Change v-for="change in rest(entry)" :key="change.field" :change="change" labelled :t="t"/></details>
          <div class="cp-event-body" translate="no">{{ from(entry) }}<span v-if="entry.undone"> · {{ t('undone') }}</span></div>
          <div v-if="entry.undoable && !entry.undo_of" class="cp-event-actions"><button class="cp-linkbtn" type="button" :aria-label="t('undo_named', {what: title(entry)})" @click="undo(entry)">{{ t(entry.shared ? 'undo_shared' : 'undo') }}</button></div></li></ol></template>
      <button v-if="state.next" class="cp-linkbtn" type="button" :aria-busy="state.busy ? 'true' : undefined" @click="load(state.next)">{{ t('show_more') }}</button>
      <details class="cp-asof"><summary class="cp-linkbtn">{{ t('as_it_was') }}</summary>
        <div class="cp-stack"><label class="cp-label" for="cp-asof-day">{{ t('day') }}</label><input id="cp-asof-day" class="cp-input" type="date" :max="maxDay" v-model="state.day" @change="asOf">
          <p v-if="state.thenProblem" class="cp-error" role="alert">{{ state.thenProblem }}</p>
          <p v-if="state.then && !state.then.values.length" class="cp-faint">{{ t('same_as_now') }}</p>
          <dl v-if="state.then && state.then.values.length" class="cp-defs"><div v-for="one in state.then.values" :key="one.field"><dt>{{ one.label }}</dt><dd dir="auto" translate="no">{{ one.value || '—' }}</dd></div></dl></div></details>
    </div>`,
};
