/* Which columns the table shows and in which order: a box a field, search, drag or Alt+arrows, back to the module's own.
   Why not Python: rows move under the pointer. */

import { fold, t } from "comptoir-kinds";
import { computed, nextTick, ref } from "vue";

export const ColumnMenu = {
  name: "CpColumnMenu",
  props: { columns: Object, defaults: Array },
  emits: ["close"],
  setup(props, { emit, expose }) {
    const dialog = ref(null);
    const text = ref("");
    const dragged = ref("");
    const shown = computed(() => props.columns.list.value);
    const hidden = computed(() => {
      const names = new Set(props.columns.state.names);
      return [...props.columns.byName.values()].filter((field) => !names.has(field.name)).sort((a, b) => a.label.localeCompare(b.label));
    });
    const matches = (field) => !text.value || fold(field.label).includes(fold(text.value).trim());
    const fixed = (field) => field.name === props.columns.title;
    const key = (event, field) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || !event.altKey || fixed(field)) return;
      event.preventDefault();
      props.columns.shift(field.name, step);
      nextTick(() => dialog.value.querySelector(`[data-column="${CSS.escape(field.name)}"] input`)?.focus());
    };
    const grab = (event, field) => {
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      dragged.value = field.name;
    };
    const drag = (event) => {
      if (!dragged.value) return;
      const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-column]")?.dataset.column;
      const place = props.columns.state.names.indexOf(under);
      if (under && under !== dragged.value && place > 0) props.columns.place(dragged.value, place);
    };
    const reset = () => {
      props.columns.set(props.defaults);
      props.columns.onChange();
    };
    const close = () => dialog.value?.close();
    expose({ show: () => nextTick(() => dialog.value?.showModal()) });
    return { t, dialog, text, shown, hidden, matches, fixed, key, grab, drag, dragged, reset, close, emit };
  },
  template: `
    <dialog ref="dialog" class="cp-drawer cp-columns" :aria-label="t('columns')" data-testid="column-chooser" @close="emit('close')" @keydown.stop @click.self="close">
      <div class="cp-drawer-head"><h2 class="cp-drawer-title">{{ t('columns') }}</h2><span class="cp-spacer"></span>
        <button class="cp-iconbtn" type="button" :aria-label="t('close')" @click="close"><span class="cp-icon" translate="no" aria-hidden="true">close</span></button></div>
      <div class="cp-drawer-body">
        <span class="cp-inputbox"><span class="cp-icon" translate="no" aria-hidden="true">search</span><input class="cp-input" v-model="text" :aria-label="t('search_field')" :placeholder="t('search_field')"></span>
        <div class="cp-group-label">{{ t('shown_columns') }}</div>
        <div v-for="field in shown" v-show="matches(field)" :key="field.name" class="cp-columns-row" :class="{'is-dragging': dragged === field.name}" :data-column="field.name" @keydown="key($event, field)">
          <span class="cp-columns-grip" aria-hidden="true" :class="{'is-fixed': fixed(field)}" @pointerdown="fixed(field) || grab($event, field)" @pointermove="drag" @pointerup="dragged = ''" @lostpointercapture="dragged = ''"><span class="cp-icon" translate="no">drag_indicator</span></span>
          <label class="cp-check"><input type="checkbox" checked :disabled="fixed(field)" @change="columns.show(field.name, false)"><span>{{ field.label }}</span></label>
        </div>
        <div v-if="hidden.some(matches)" class="cp-group-label">{{ t('hidden_columns') }}</div>
        <div v-for="field in hidden" v-show="matches(field)" :key="field.name" class="cp-columns-row">
          <span class="cp-columns-grip is-fixed" aria-hidden="true"></span>
          <label class="cp-check"><input type="checkbox" :checked="false" @change="columns.show(field.name, true)"><span>{{ field.label }}</span></label>
        </div>
      </div>
      <div class="cp-drawer-foot"><span class="cp-hint cp-grow">{{ t('columns_hint') }}</span><button class="cp-btn cp-btn--neutral" type="button" @click="reset">{{ t('reset_columns') }}</button></div>
    </dialog>`,
};
