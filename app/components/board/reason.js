/* The small dialog of a drop that needs more: why a deal was lost, and into which of several closing stages.
   Why not Python: it belongs to the drop, which glides back at once when one cancels. Native <dialog>: focus stays inside, Escape
   closes, focus returns. Emits `done({stage, values})` or `cancel`. */

import { computed, onMounted, reactive, ref } from "vue";

export const ReasonDialog = {
  props: { zone: Object, field: Object, t: Function },
  emits: ["done", "cancel"],
  setup(props, { emit }) {
    const dialog = ref(null);
    const chosen = reactive({ stage: props.zone.values[0].value, reason: "", missing: false });
    const asksReason = computed(() => props.zone.kind === "lost" && props.field);
    onMounted(() => dialog.value.showModal());
    function confirm() {
      chosen.missing = Boolean(asksReason.value && !chosen.reason);
      if (chosen.missing) return dialog.value.querySelector("[name=reason]").focus();
      emit("done", { stage: chosen.stage, values: asksReason.value ? { [props.field.name]: chosen.reason } : {} });
    }
    return { dialog, chosen, asksReason, confirm };
  },
  template: `
    <dialog ref="dialog" class="cp-dialog cp-dialog--native" aria-labelledby="cp-reason-title" @cancel.prevent="$emit('cancel')" @keydown.stop>
      <form method="dialog" @submit.prevent="confirm">
        <h2 id="cp-reason-title" class="cp-dialog-title">{{ asksReason ? t('reason_title') : t('won_title') }}</h2>
        <div v-if="zone.values.length > 1" class="cp-field cp-dialog-field"><span class="cp-label">{{ t('stage') }}</span>
          <div class="cp-stack"><label v-for="one in zone.values" :key="one.value" class="cp-check"><input type="radio" name="stage" :value="one.value" v-model="chosen.stage"><span>{{ one.label }}</span></label></div></div>
        <div v-if="asksReason" class="cp-field cp-dialog-field"><span class="cp-label">{{ t('reason') }}</span>
          <div class="cp-stack" role="radiogroup" :aria-label="t('reason')"><label v-for="one in field.choices.filter((c) => c.active !== false)" :key="one.value" class="cp-check"><input type="radio" name="reason" :value="one.value" v-model="chosen.reason"><span>{{ one.label }}</span></label></div>
          <div v-if="chosen.missing" class="cp-error" role="alert">{{ t('choose_reason') }}</div></div>
        <div class="cp-dialog-actions"><button class="cp-btn cp-btn--neutral" type="button" @click="$emit('cancel')">{{ t('cancel') }}</button><button class="cp-btn cp-btn--primary" type="submit">{{ t('confirm') }}</button></div>
      </form>
    </dialog>`,
};
