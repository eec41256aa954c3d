/* What stands beside a test in the filter panel: nothing, a text, a number of days, one value, two, or several (a list to tick with
   counts where it is short).
   Why not Python: it filters as one types. */

import { choiceNode, choiceOf, KindEditor, language, t } from "comptoir-kinds";
import { computed, ref } from "vue";
import { operatorOf } from "./criteria.js";

const FEW = 8;

const Choice = (props) => choiceNode(choiceOf(props.value, props.field), { ...props.field, choices: [] });
Choice.props = ["value", "field"];

/** Props: `criterion`, `chips` of its field (may be missing). Emits `change(value, shown, typed)`; `typed` asks for a little patience. */
export const ValueControl = {
  name: "CpValueControl",
  components: { KindEditor, Choice },
  props: { criterion: Object, chips: Array, invalid: Boolean },
  emits: ["change"],
  setup(props, { emit, expose }) {
    const root = ref(null);
    const all = ref(false);
    const field = computed(() => ({ ...props.criterion.field, required: true }));
    const editor = computed(() => operatorOf(props.criterion).editor);
    const ticks = computed(() => editor.value === "many" && ["choice", "choices", "person"].includes(field.value.cell) && Array.isArray(props.chips));
    const listed = computed(() => (props.chips || []).filter((chip) => chip.value !== null));
    const values = computed(() => props.criterion.value || []);
    const visible = computed(() => {
      if (all.value || listed.value.length <= FEW + 1) return listed.value;
      return listed.value.filter((chip, index) => index < FEW || values.value.includes(chip.value));
    });
    const tick = (chip, on) => emit("change", on ? [...values.value, chip.value] : values.value.filter((one) => one !== chip.value), null, false);
    const label = computed(() => t("value_of", { name: field.value.label }));
    const typed = (value) => emit("change", value, null, true);
    const isText = computed(() => !["choice", "choices", "link", "links", "person"].includes(field.value.cell));
    const several = (text) => text.split(/[;\n]/).map((one) => one.trim()).filter(Boolean);
    const oneOf = (index, raw, shown) => {
      const next = [...(props.criterion.value || [null, null])];
      next[index] = raw;
      emit("change", next, null, true);
    };
    const isTyped = (kind) => ["text", "long_text", "number", "money", "date", "datetime"].includes(kind);
    const picked = (raw, shown) => {
      const link = Array.isArray(shown) ? shown.map((one) => ({ id: one.value, title: one.label })) : shown && typeof shown === "object" ? { id: shown.value, title: shown.label } : null;
      emit("change", raw, link, isTyped(field.value.editor));
    };
    const start = computed(() => (["link", "links", "person"].includes(field.value.cell) ? props.criterion.shown : props.criterion.value));
    expose({ focus: () => root.value?.querySelector("input:not([type=checkbox]), select, input")?.focus() });
    const count = (n) => n.toLocaleString(language());
    return { t, root, all, field, editor, ticks, listed, visible, values, tick, label, typed, isText, several, oneOf, picked, start, count, FEW };
  },
  template: `
    <div ref="root" class="cp-filter-value">
      <template v-if="ticks">
        <label v-for="chip in visible" :key="chip.value" class="cp-check"><input type="checkbox" :checked="values.includes(chip.value)" @change="tick(chip, $event.target.checked)"><span :translate="field.cell === 'person' ? 'no' : undefined">{{ chip.label }}</span><span class="cp-count num">{{ count(chip.count) }}</span></label>
        <button v-if="listed.length > FEW + 1" class="cp-linkbtn" type="button" :aria-expanded="String(all)" @click="all = !all">{{ all ? t('fewer') : t('more') }}</button>
      </template>
      <input v-else-if="editor === 'text'" class="cp-input" type="text" :aria-label="label" :placeholder="t('text')" :value="criterion.value || ''" :aria-invalid="invalid ? 'true' : undefined" autocomplete="off" @input="typed($event.target.value)">
      <input v-else-if="editor === 'number'" class="cp-input cp-input--num" type="text" inputmode="numeric" :aria-label="t('days')" :placeholder="t('days')" :value="criterion.value ?? ''" :aria-invalid="invalid ? 'true' : undefined" autocomplete="off" @input="typed($event.target.value)">
      <input v-else-if="editor === 'many' && isText" class="cp-input" type="text" :aria-label="label" :placeholder="t('several_hint')" :value="(criterion.value || []).join('; ')" :aria-invalid="invalid ? 'true' : undefined" autocomplete="off" @change="typed(several($event.target.value))">
      <KindEditor v-else-if="editor === 'many'" many :key="'many' + criterion.op" :field="field" :value="start" mode="filter" input-class="cp-input" :label="label" :invalid="invalid" @change="picked"/>
      <div v-else-if="editor === 'range'" class="cp-filter-range">
        <KindEditor :field="field" :value="null" :initial="(criterion.value || [])[0] ?? undefined" mode="filter" input-class="cp-input" :label="label + ', ' + t('from')" :placeholder="t('from')" :invalid="invalid" @change="(raw, shown) => oneOf(0, raw, shown)"/>
        <span class="cp-faint">{{ t('and') }}</span>
        <KindEditor :field="field" :value="null" :initial="(criterion.value || [])[1] ?? undefined" mode="filter" input-class="cp-input" :label="label + ', ' + t('to')" :placeholder="t('to')" :invalid="invalid" @change="(raw, shown) => oneOf(1, raw, shown)"/>
      </div>
      <KindEditor v-else-if="editor === 'one'" :key="'one' + criterion.op" :field="field" :value="isText ? null : start" :initial="isText ? criterion.value ?? undefined : undefined" mode="filter" input-class="cp-input" :label="label" :invalid="invalid" @change="picked"/>
    </div>`,
};
