/* What an edit in place needs besides: a lost deal its reason, a new stage its required fields. Saves them together.
   Why not Python: it opens where the person is, with what they had typed kept.

   Props: `more` of editing.js. Emits `save(values)` and `cancel`. */

import { KindEditor, t, textOf } from "comptoir-kinds";
import { nextTick, onMounted, reactive, ref } from "vue";

export const MoreDialog = {
  name: "CpMoreDialog",
  components: { KindEditor },
  props: { more: Object },
  emits: ["save", "cancel"],
  setup(props, { emit }) {
    const dialog = ref(null);
    const values = reactive({});
    onMounted(() => {
      dialog.value.showModal();
      nextTick(() => dialog.value?.querySelector(".cp-dialog-body input, .cp-dialog-body textarea")?.focus());
    });
    const close = () => dialog.value?.close();
    const submit = () => {
      const given = { ...values };
      close();
      emit("save", given);
    };
    let done = false;
    const closed = () => done || ((done = true), emit("cancel"));
    const save = () => {
      done = true;
      submit();
    };
    const start = (field) => props.more.row.cells[field.name] ?? null;
    return { t, textOf, dialog, values, close, save, closed, start };
  },
  template: `
    <dialog ref="dialog" class="cp-dialog cp-massdialog" :aria-label="more.field.label" data-testid="more-dialog" @close="closed" @keydown.stop>
      <form method="dialog" @submit.prevent="save">
        <h2 class="cp-dialog-title">{{ t('more_title', {field: more.field.label}) }}</h2>
        <p class="cp-dialog-text" dir="auto" translate="no">{{ more.row.title }}</p>
        <div class="cp-dialog-body">
          <div v-for="(field, index) in more.fields" :key="field.name" class="cp-field"><span class="cp-label">{{ field.label }}</span>
            <KindEditor :field="field" :value="start(field)" mode="form" input-class="cp-input" :label="field.label" :describedby="'cp-more-' + index" @change="(raw) => (values[field.name] = raw)"/>
            <span class="cp-hint" :id="'cp-more-' + index">{{ more.problems[field.name] }}</span></div>
        </div>
        <div class="cp-dialog-actions"><button class="cp-btn cp-btn--neutral" type="button" @click="close">{{ t('cancel') }}</button><button class="cp-btn cp-btn--primary" type="submit">{{ t('save') }}</button></div>
      </form>
    </dialog>`,
};
