/* The stages of a record as a path: where it stands, since when; click to move. Closing asks what the rules want to know.
   Why not Python: part of the record page's surface, see state.js. Emits `move({stage, values})`. */

import { computed, reactive, ref } from "vue";
import { ReasonDialog } from "comptoir-board";

export const StagePath = {
  components: { ReasonDialog },
  props: { stages: Array, current: String, since: String, editable: Boolean, reason: Object, t: Function, label: String },
  emits: ["move"],
  setup(props, { emit }) {
    const asking = reactive({ zone: null });
    const root = ref(null);
    const open = computed(() => props.stages.filter((stage) => !["won", "lost"].includes(stage.kind)));
    const at = computed(() => open.value.findIndex((stage) => stage.value === props.current));
    const closed = computed(() => props.stages.find((stage) => stage.value === props.current && ["won", "lost"].includes(stage.kind)));
    const ends = computed(() => ["won", "lost"].map((kind) => ({ kind, values: props.stages.filter((stage) => stage.kind === kind) })).filter((end) => end.values.length));
    const days = computed(() => (props.since ? Math.max(0, Math.floor((Date.now() - new Date(props.since)) / 86_400_000)) : null));

    function move(stage) {
      if (props.editable && stage.value !== props.current) emit("move", { stage: stage.value, values: {} });
    }
    function close(end) {
      if (!props.editable) return;
      if (end.kind === "won" && end.values.length === 1) return emit("move", { stage: end.values[0].value, values: {} });
      asking.zone = end;
    }
    function answered(answer) {
      asking.zone = null;
      if (answer) emit("move", answer);
    }
    return { root, open, at, closed, ends, days, move, close, asking, answered };
  },
  template: `
    <div ref="root" class="cp-stagepath" :class="{'cp-stagepath--ticks': open.length > 6}" role="group" :aria-label="label">
      <button v-for="(stage, n) in open" :key="stage.value" class="cp-stage" type="button" :class="{'is-done': closed?.kind === 'won' || n < at}" :aria-current="n === at ? 'step' : undefined" :title="stage.label" :disabled="!editable || undefined" @click="move(stage)">
        <span v-if="closed?.kind === 'won' || n < at" class="cp-icon" aria-hidden="true" translate="no">check</span><span class="cp-stage-name">{{ stage.label }}</span><span v-if="n === at && days !== null" class="num">· {{ t('n_days', {n: days}) }}</span></button>
      <span class="cp-stagepath-end">
        <template v-if="closed"><span class="cp-chip" :class="closed.kind === 'won' ? 'cp-chip--ok' : 'cp-chip--da'">{{ closed.label }}</span></template>
        <template v-if="editable"><button v-for="end in ends" v-show="closed?.kind !== end.kind" :key="end.kind" class="cp-btn cp-btn--neutral" :class="{'cp-btn--won': end.kind === 'won'}" type="button" @click="close(end)"><span class="cp-icon" aria-hidden="true" translate="no">{{ end.kind === 'won' ? 'trophy' : 'block' }}</span>{{ t(end.kind) }}</button></template>
      </span>
      <ReasonDialog v-if="asking.zone" :zone="asking.zone" :field="reason" :t="t" @done="answered" @cancel="answered(null)"/>
    </div>`,
};
