/* The row above the lanes: the sum of all of them, by what they are grouped and what is added up. The choices come from the described
   module. Why not Python: the figures change with every drop. Emits `group({by})` or `group({total})`. */

import { computed, reactive, ref } from "vue";
import { Menu } from "comptoir-shell";

export const LANES_OF = ["picklist", "link", "person"]; // as services/board.py

export const BoardTools = {
  components: { Menu },
  props: { module: Object, state: Object, t: Function, sum: Function, number: Function },
  emits: ["group"],
  setup(props, { emit }) {
    const menu = reactive({ open: "" });
    const byButton = ref(null);
    const totalButton = ref(null);
    const field = (name) => props.module.fields.find((one) => one.name === name);
    const grouping = computed(() => props.module.fields.filter((one) => LANES_OF.includes(one.type) && one.groupable));
    const summing = computed(() => props.module.fields.filter((one) => one.aggregates.includes("sum")));
    const items = computed(() =>
      menu.open === "by"
        ? grouping.value.map((one) => ({ label: one.label, checked: one.name === props.state.by, change: { by: one.name } }))
        : [{ label: props.t("no_sum"), checked: !props.state.total, change: { total: "none" } }, ...summing.value.map((one) => ({ label: one.label, checked: one.name === props.state.total, change: { total: one.name } }))],
    );
    const pick = ({ change }) => emit("group", change);
    return { menu, byButton, totalButton, items, grouping, summing, pick, name: (one) => field(one)?.label || "" };
  },
  template: `
    <div class="cp-tools cp-board-tools">
      <template v-if="state.sum !== null"><span>{{ t('total') }} <b class="num">{{ sum(state.sum) }}</b></span><template v-if="state.weighted !== null"><span class="cp-middot" aria-hidden="true">·</span><span>{{ t('weighted') }} <b class="num">{{ sum(state.weighted) }}</b></span></template></template>
      <span v-if="state.beyond" class="cp-faint">{{ t(state.beyond === 1 ? 'beyond_one' : 'beyond_many', {n: number(state.beyond)}) }}</span>
      <span class="cp-spacer"></span>
      <button v-if="grouping.length > 1" ref="byButton" class="cp-btn cp-btn--quiet" type="button" data-tool="by" aria-haspopup="menu" :aria-expanded="String(menu.open === 'by')" @click="menu.open = menu.open === 'by' ? '' : 'by'"><span class="cp-icon" aria-hidden="true" translate="no">view_week</span><span>{{ t('by', {field: name(state.by)}) }}</span></button>
      <button v-if="summing.length" ref="totalButton" class="cp-btn cp-btn--quiet" type="button" data-tool="total" aria-haspopup="menu" :aria-expanded="String(menu.open === 'total')" @click="menu.open = menu.open === 'total' ? '' : 'total'"><span class="cp-icon" aria-hidden="true" translate="no">functions</span><span>{{ state.total ? t('sum_of', {field: name(state.total)}) : t('no_sum') }}</span></button>
      <Menu v-if="menu.open" :key="menu.open" :items="items" :label="t(menu.open === 'by' ? 'group_by' : 'add_up')" :anchor="menu.open === 'by' ? byButton : totalButton" @close="menu.open = ''" @pick="pick"/>
    </div>`,
};
