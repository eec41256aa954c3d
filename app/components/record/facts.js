/* A box of facts: label and value, each edited in place: click, Enter or F2 opens, Enter saves, Tab saves and goes on, Escape cancels.
   Why not Python: see state.js. Values are drawn and edited by the kinds; emits `save(name, raw, version)` with the version one saw when one began, `insist(name)`, `give-in(name)`. */

import { cloneVNode, nextTick, reactive, ref } from "vue";
import { drawCell, KindEditor, textOf, withAvatar } from "comptoir-kinds";

/* A value that leads somewhere is a real link here, reached by Tab; a linked record has its picture. */
const FactCell = ({ value, field, row }) => {
  const node = drawCell(value, field, row);
  return node?.type === "a" ? withAvatar(cloneVNode(node, { tabindex: 0 }), value, field) : node;
};
FactCell.props = ["value", "field", "row"];

export const Facts = {
  components: { FactCell, KindEditor },
  props: { groups: Array, row: Object, states: Object, editable: Boolean, t: Function, details: Boolean, label: String },
  emits: ["save", "insist", "give-in"],
  setup(props, { emit }) {
    const root = ref(null);
    const open = reactive({ name: "", version: null });
    const unfolded = reactive(JSON.parse(localStorage.getItem("cp-sections") || "{}")); // sections that begin folded
    function unfold(key) {
      unfolded[key] = !unfolded[key];
      localStorage.setItem("cp-sections", JSON.stringify(unfolded));
    }
    const may = (field) => props.editable && !field.readonly;
    const names = () => props.groups.flatMap((group) => group.fields).filter(may).map((field) => field.name);

    async function focus(name) {
      await nextTick();
      const box = root.value?.querySelector(`[data-field="${CSS.escape(name)}"] > .cp-fact-value`);
      (box?.querySelector(".cp-fact-edit") || box)?.focus();
    }
    function edit(field) {
      if (may(field) && !props.states[field.name]?.pending) Object.assign(open, { name: field.name, version: props.row.version });
    }
    function saved(field, raw, detail) {
      const { version } = open;
      open.name = "";
      if (detail.changed) emit("save", field.name, raw, version);
      if (detail.how === "enter") focus(field.name);
      if (detail.how === "next" || detail.how === "previous") {
        const all = names();
        const next = all[all.indexOf(field.name) + (detail.how === "next" ? 1 : -1)];
        if (next) Object.assign(open, { name: next, version: props.row.version });
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
    const tried = (field) => (field.choices ? textOf(props.states[field.name].raw, field, props.row) : props.states[field.name].raw);
    const theirs = (field) => textOf(props.states[field.name].conflict.theirs, field, props.row) || props.t("empty");
    const blank = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
    /* Where a value leads, if anywhere: then it is not itself a button, a pencil beside it is. */
    function target(field) {
      const value = props.row.cells[field.name];
      if (blank(value) || (props.states[field.name] && "raw" in props.states[field.name])) return "";
      if (field.cell === "link") return value.restricted || value.deleted ? "" : "link";
      return field.href || "";
    }
    async function copy(field) {
      try {
        await navigator.clipboard.writeText(String(props.row.cells[field.name]));
        window.comptoir.toast(props.t("value_copied"));
      } catch {
        window.comptoir.toast(String(props.row.cells[field.name])); // no clipboard without https: to be copied by hand
      }
    }
    return { root, open, target, copy, unfolded, unfold, may, edit, saved, cancelled, key, click, wide, said, blank, theirs, tried };
  },
  template: `
    <section ref="root" class="cp-card cp-facts" :class="{'cp-facts--details': details}" :aria-label="label">
      <template v-for="group in groups" :key="group.key">
        <h3 v-if="group.label" class="cp-facts-section" :id="'section-' + group.key"><button v-if="group.collapsed" class="cp-facts-toggle" type="button" :aria-expanded="unfolded[group.key] ? 'true' : 'false'" @click="unfold(group.key)">{{ group.label }}<span class="cp-icon" aria-hidden="true" translate="no">{{ unfolded[group.key] ? 'expand_less' : 'expand_more' }}</span></button><template v-else>{{ group.label }}</template></h3>
        <div v-if="!group.collapsed || unfolded[group.key]" class="cp-facts-grid">
          <div v-for="field in group.fields" :key="field.name" class="cp-fact" :data-field="field.name" :class="{'cp-fact--wide': wide(field), 'is-editing': open.name === field.name, 'is-readonly': !may(field), 'is-saving': states[field.name]?.pending}">
            <div class="cp-fact-label" :title="field.help || undefined">{{ field.label }}</div>
            <div v-if="open.name === field.name" class="cp-fact-value"><KindEditor autofocus :field="field" :value="row.cells[field.name]" :row="row" :label="field.label" input-class="cp-fact-input" :initial="states[field.name]?.problem ? states[field.name].raw : undefined" :invalid="Boolean(states[field.name]?.problem)" @save="(raw, detail) => saved(field, raw, detail)" @cancel="cancelled(field)"/></div>
            <div v-else class="cp-fact-value" :class="{'has-target': target(field)}" :tabindex="may(field) && !target(field) ? 0 : undefined" :role="may(field) && !target(field) ? 'button' : undefined" :aria-label="may(field) && !target(field) ? t('edit_value', {field: field.label, value: said(field)}) : undefined" @click="click($event, field)" @keydown="key($event, field)">
              <span v-if="states[field.name] && 'raw' in states[field.name] && typeof states[field.name].raw === 'string'" dir="auto">{{ tried(field) }}</span>
              <span v-else-if="blank(row.cells[field.name])" class="cp-fact-empty" aria-hidden="true">—</span>
              <span v-else-if="wide(field)" class="cp-fact-long" dir="auto">{{ row.cells[field.name] }}</span>
              <FactCell v-else :value="row.cells[field.name]" :field="field" :row="row"/>
              <span v-if="target(field)" class="cp-fact-actions">
                <button v-if="target(field) !== 'link'" class="cp-iconbtn cp-iconbtn--small" type="button" :aria-label="t('copy_value', {field: field.label})" :title="t('copy')" @click.stop="copy(field)"><span class="cp-icon cp-icon--sm" aria-hidden="true" translate="no">content_copy</span></button>
                <button v-if="may(field)" class="cp-iconbtn cp-iconbtn--small cp-fact-edit" type="button" :aria-label="t('edit_value', {field: field.label, value: said(field)})" :title="t('edit')" @click.stop="edit(field)"><span class="cp-icon cp-icon--sm" aria-hidden="true" translate="no">edit</span></button></span>
            </div>
            <div v-if="states[field.name]?.problem" class="cp-error cp-fact-problem" role="alert"><span>{{ states[field.name].problem }}</span>
              <span v-if="states[field.name].conflict" class="cp-fact-theirs" dir="auto">{{ t('theirs', {value: theirs(field)}) }}</span>
              <span v-if="states[field.name].conflict" class="cp-fact-choice"><button class="cp-linkbtn" type="button" @click="$emit('insist', field.name)">{{ t('keep_mine') }}</button><button class="cp-linkbtn" type="button" @click="$emit('give-in', field.name)">{{ t('keep_theirs') }}</button></span>
              <button v-else class="cp-linkbtn" type="button" @click="$emit('give-in', field.name)">{{ t('discard') }}</button></div>
          </div>
        </div>
      </template>
      <slot></slot>
    </section>`,
};
