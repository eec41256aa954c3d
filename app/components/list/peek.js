/* The side panel that shows a record without leaving the list; j and k walk through.
   Why not Python: it follows the highlighted row, key by key. */

import { drawCell, recordPath, t } from "comptoir-kinds";
import { computed, ref, watch } from "vue";

export const PeekPanel = {
  name: "CpPeekPanel",
  components: { Drawn: (props) => drawCell(props.value, props.field, props.row) },
  props: { module: Object, url: String, id: String, version: Number },
  emits: ["close", "step"],
  setup(props) {
    const row = ref(null);
    const problem = ref("");
    const sections = computed(() =>
      (props.module.sections || [])
        .map((section) => ({
          ...section,
          fields: props.module.fields.filter((field) => field.section === section.key && filled(row.value?.cells[field.name])),
        }))
        .filter((section) => section.fields.length),
    );
    const filled = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);
    const load = async () => {
      const id = props.id;
      try {
        const found = await window.comptoir.fetch(`${props.url}/${id}`);
        if (id === props.id) [row.value, problem.value] = [found, ""];
      } catch (error) {
        if (id === props.id) [row.value, problem.value] = [null, error.message];
      }
    };
    watch(() => [props.id, props.version], load, { immediate: true });
    return { t, row, problem, sections, path: (id) => recordPath(props.module.slug, id) };
  },
  template: `
    <aside class="cp-peekpanel" :aria-label="t('peek')" data-testid="peek-panel" :data-id="id">
      <div class="cp-drawer-head"><h2 class="cp-drawer-title" dir="auto" translate="no">{{ row ? row.title : '' }}</h2><span class="cp-spacer"></span>
        <button class="cp-iconbtn" type="button" :aria-label="t('previous')" @click="$emit('step', -1)"><span class="cp-icon" translate="no" aria-hidden="true">keyboard_arrow_up</span></button>
        <button class="cp-iconbtn" type="button" :aria-label="t('next')" @click="$emit('step', 1)"><span class="cp-icon" translate="no" aria-hidden="true">keyboard_arrow_down</span></button>
        <button class="cp-iconbtn" type="button" :aria-label="t('close')" @click="$emit('close')"><span class="cp-icon" translate="no" aria-hidden="true">close</span></button></div>
      <div class="cp-drawer-body" tabindex="0" role="group" :aria-label="row ? row.title : t('peek')">
        <p v-if="problem" class="cp-error" role="alert">{{ problem }}</p>
        <template v-if="row">
          <section v-for="section in sections" :key="section.key" class="cp-peek-section"><h3 class="cp-group-label">{{ section.label }}</h3>
            <dl class="cp-defs"><div v-for="field in section.fields" :key="field.name"><dt>{{ field.label }}</dt><dd><Drawn :value="row.cells[field.name]" :field="field" :row="row"/></dd></div></dl></section>
        </template>
      </div>
      <div class="cp-drawer-foot"><a v-if="row" class="cp-btn cp-btn--neutral" :href="path(id)"><span class="cp-icon" translate="no" aria-hidden="true">open_in_full</span>{{ t('open') }}</a></div>
    </aside>`,
};
