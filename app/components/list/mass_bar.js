/* The bar that slides in with a selection: how many, all that match, update a field, change owner, delete, export.
   Why not Python: it lives inside the table and counts with each box ticked. */

import { KindEditor, language, t } from "comptoir-kinds";
import { computed, nextTick, ref } from "vue";

export const MassBar = {
  name: "CpMassBar",
  components: { KindEditor },
  props: { module: Object, count: Number, total: Number, all: Boolean, busy: Boolean },
  emits: ["all", "clear", "act", "export"],
  setup(props, { emit }) {
    const dialog = ref(null);
    const asked = ref(""); // "update" | "assign"
    const fieldName = ref("");
    const raw = ref(null);
    const problem = ref("");
    const editor = ref(null);
    const can = (op) => props.module.can.includes(op) && (op === "edit" || op === "export" || op === "delete" || op === "assign");
    const fields = computed(() => props.module.fields.filter((field) => !field.readonly && !field.unique && field.name !== "owner_id"));
    const owner = computed(() => props.module.fields.find((field) => field.name === "owner_id"));
    const field = computed(() => (asked.value === "assign" ? { ...owner.value, required: true } : fields.value.find((one) => one.name === fieldName.value)));
    const ask = (what) => {
      asked.value = what;
      raw.value = null;
      problem.value = "";
      nextTick(() => dialog.value.showModal());
    };
    const close = () => dialog.value?.close();
    const submit = async () => {
      if (!field.value) return;
      if (asked.value === "assign" && !raw.value) return (problem.value = t("choose_person"));
      const done = (message) => (message ? (problem.value = message) : close());
      emit("act", asked.value, { [field.value.name]: raw.value === "" ? null : raw.value }, done);
    };
    const choose = (name) => {
      fieldName.value = name;
      raw.value = null;
      problem.value = "";
      nextTick(() => editor.value?.focus());
    };
    return { t, lang: language(), dialog, asked, fieldName, raw, problem, editor, can, fields, field, ask, close, submit, choose, closed: () => (asked.value = "") };
  },
  template: `
    <div class="cp-massbar" role="toolbar" :aria-label="t('selection_actions')" data-testid="mass-actions">
      <span aria-live="polite"><b class="num">{{ count.toLocaleString(lang) }}</b> {{ t('selected', {n: count, count}) }}</span>
      <button v-if="!all && total > count" class="cp-massbar-all" type="button" data-action="all" @click="$emit('all')">{{ t('select_all', {n: total.toLocaleString(lang), count: total}) }}</button>
      <span class="cp-massbar-sep"></span>
      <button v-if="can('edit')" class="cp-massbar-btn" type="button" aria-haspopup="dialog" data-action="update" :disabled="busy" @click="ask('update')"><span class="cp-icon" translate="no" aria-hidden="true">edit</span><span class="cp-massbar-word">{{ t('update_field') }}</span></button>
      <button v-if="can('assign')" class="cp-massbar-btn" type="button" aria-haspopup="dialog" data-action="assign" :disabled="busy" @click="ask('assign')"><span class="cp-icon" translate="no" aria-hidden="true">person</span><span class="cp-massbar-word">{{ t('assign') }}</span></button>
      <button v-if="can('export')" class="cp-massbar-btn" type="button" data-action="export" :disabled="busy" @click="$emit('export')"><span class="cp-icon" translate="no" aria-hidden="true">download</span><span class="cp-massbar-word">{{ t('export') }}</span></button>
      <button v-if="can('delete')" class="cp-massbar-btn" type="button" data-action="delete" :disabled="busy" @click="$emit('act', 'delete', {})"><span class="cp-icon" translate="no" aria-hidden="true">delete</span><span class="cp-massbar-word">{{ t('delete') }}</span></button>
      <span class="cp-massbar-sep"></span>
      <button class="cp-massbar-btn" type="button" :aria-label="t('clear_selection')" @click="$emit('clear')"><span class="cp-icon" translate="no" aria-hidden="true">close</span><kbd class="cp-kbd cp-kbd--inv">{{ t('escape') }}</kbd></button>
      <dialog v-if="asked" ref="dialog" class="cp-dialog cp-massdialog" :aria-label="t(asked === 'assign' ? 'assign' : 'update_field')" @close="closed" @keydown.stop>
        <form method="dialog" @submit.prevent="submit">
          <h2 class="cp-dialog-title">{{ t(asked === 'assign' ? 'assign_title' : 'update_title', {n: count.toLocaleString(lang), count}) }}</h2>
          <div class="cp-dialog-body">
            <label v-if="asked === 'update'" class="cp-field"><span class="cp-label">{{ t('field') }}</span>
              <select class="cp-select" :value="fieldName" @change="choose($event.target.value)">
                <option value="" disabled>{{ t('choose_field') }}</option>
                <option v-for="one in fields" :key="one.name" :value="one.name">{{ one.label }}</option>
              </select></label>
            <div v-if="field" class="cp-field"><span class="cp-label">{{ asked === 'assign' ? field.label : t('new_value') }}</span>
              <KindEditor ref="editor" :key="field.name" :field="field" :value="null" mode="form" input-class="cp-input" :label="field.label" :invalid="Boolean(problem)" @change="(value) => (raw = value, problem = '')"/>
              <span v-if="asked === 'update' && !field.required" class="cp-hint">{{ t('empty_clears') }}</span></div>
            <span v-if="problem" class="cp-error" role="alert"><span class="cp-icon cp-icon--sm" translate="no" aria-hidden="true">error</span>{{ problem }}</span>
          </div>
          <div class="cp-dialog-actions">
            <button class="cp-btn cp-btn--neutral" type="button" @click="close">{{ t('cancel') }}</button>
            <button class="cp-btn cp-btn--primary" type="submit" :disabled="!field || busy">{{ t(asked === 'assign' ? 'assign' : 'update') }}</button>
          </div>
        </form>
      </dialog>
    </div>`,
};
