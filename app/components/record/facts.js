/* A box of facts: label and value, each edited in place: click, Enter or F2 opens, Enter saves, Tab saves and goes on, Escape cancels.
   Why not Python: see state.js. Values are drawn and edited by the kinds; emits `save(name, raw)`, `insist(name)`, `give-in(name)`. */

import { nextTick, reactive, ref } from "vue";
import { KindCell, KindEditor, textOf } from "comptoir-kinds";

export const Facts = {
  components: { KindCell, KindEditor },
  props: { groups: Array, row: Object, states: Object, editable: Boolean, t: Function, details: Boolean, label: String },
  emits: ["save", "insist", "give-in"],
  setup(props, { emit }) {
    const root = ref(null);
    const open = reactive({ name: "" });
    const unfolded = reactive(JSON.parse(localStorage.getItem("cp-sections") || "{}")); // sections that begin folded
    function unfold(key) {
      unfolded[key] = !unfolded[key];
      localStorage.setItem("cp-sections", JSON.stringify(unfolded));
    }
    const may = (field) => props.editable && !field.readonly;
    const names = () => props.groups.flatMap((group) => group.fields).filter(may).map((field) => field.name);

    async function focus(name) {
      await nextTick();
      root.value?.querySelector(`[data-field="${CSS.escape(name)}"] > .cp-fact-value`)?.focus();
    }
    function edit(field) {
      if (may(field) && !props.states[field.name]?.pending) open.name = field.name;
    }
    function saved(field, raw, detail) {
      open.name = "";
      if (detail.changed) emit("save", field.name, raw);
      if (detail.how === "enter") focus(field.name);
      if (detail.how === "next" || detail.how === "previous") {
        const all = names();
        const next = all[all.indexOf(field.name) + (detail.how === "next" ? 1 : -1)];
        if (next) open.name = next;
      }
    }
    function cancelled(field) {
      open.name = "";
      focus(field.name);
    }
    function key(event, field) {
      if (event.target !== event.currentTarget || !["Enter", "F2", " "].includes(event.key) || event.ctrlKey) return;
      event.preventDefault();
      edit(field);
    }
    const click = (event, field) => (event.target.closest("a, button, input, textarea") || window.getSelection()?.toString() ? undefined : edit(field));
    const wide = (field) => field.editor === "long_text";
    const said = (field) => textOf(props.row.cells[field.name], field, props.row) || props.t("empty");
    const blank = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
    return { root, open, unfolded, unfold, may, edit, saved, cancelled, key, click, wide, said, blank };
  },
  template: `
    <section ref="root" class="cp-card cp-facts" :class="{'cp-facts--details': details}" :aria-label="label">
      <template v-for="group in groups" :key="group.key">
        <h3 v-if="group.label" class="cp-facts-section" :id="'section-' + group.key"><button v-if="group.collapsed" class="cp-facts-toggle" type="button" :aria-expanded="unfolded[group.key] ? 'true' : 'false'" @click="unfold(group.key)">{{ group.label }}<span class="cp-icon" aria-hidden="true">{{ unfolded[group.key] ? 'expand_less' : 'expand_more' }}</span></button><template v-else>{{ group.label }}</template></h3>
        <div v-if="!group.collapsed || unfolded[group.key]" class="cp-facts-grid">
          <div v-for="field in group.fields" :key="field.name" class="cp-fact" :data-field="field.name" :class="{'cp-fact--wide': wide(field), 'is-editing': open.name === field.name, 'is-readonly': !may(field), 'is-saving': states[field.name]?.pending}">
            <div class="cp-fact-label" :title="field.help || undefined">{{ field.label }}</div>
            <div v-if="open.name === field.name" class="cp-fact-value"><KindEditor autofocus :field="field" :value="row.cells[field.name]" :row="row" :label="field.label" input-class="cp-fact-input" :initial="states[field.name]?.problem ? states[field.name].raw : undefined" :invalid="Boolean(states[field.name]?.problem)" @save="(raw, detail) => saved(field, raw, detail)" @cancel="cancelled(field)"/></div>
            <div v-else class="cp-fact-value" :tabindex="may(field) ? 0 : undefined" :role="may(field) ? 'button' : undefined" :aria-label="may(field) ? t('edit_value', {field: field.label, value: said(field)}) : undefined" @click="click($event, field)" @keydown="key($event, field)">
              <span v-if="states[field.name] && 'raw' in states[field.name] && typeof states[field.name].raw === 'string'" dir="auto">{{ states[field.name].raw }}</span>
              <span v-else-if="blank(row.cells[field.name])" class="cp-fact-empty" aria-hidden="true">—</span>
              <span v-else-if="wide(field)" class="cp-fact-long" dir="auto">{{ row.cells[field.name] }}</span>
              <KindCell v-else :value="row.cells[field.name]" :field="field" :row="row"/>
            </div>
            <div v-if="states[field.name]?.problem" class="cp-error" role="alert">{{ states[field.name].problem }}
              <span v-if="states[field.name].conflict" class="cp-inline"><button class="cp-linkbtn" type="button" @click="$emit('insist', field.name)">{{ t('keep_mine') }}</button><button class="cp-linkbtn" type="button" @click="$emit('give-in', field.name)">{{ t('keep_theirs') }}</button></span>
              <button v-else class="cp-linkbtn" type="button" @click="$emit('give-in', field.name)">{{ t('discard') }}</button></div>
          </div>
        </div>
      </template>
      <slot></slot>
    </section>`,
};
