/* A related list: five records with their own columns and sort, more on demand, "New" with the link filled in.
   Why not Python: part of the record page's surface, see state.js. */

import { onMounted, reactive, watch } from "vue";
import { avatar, drawCell, isNumeric, recordPath, withAvatar } from "comptoir-kinds";

const Cell = (props) => withAvatar(drawCell(props.value, props.field, props.row), props.value, props.field);
Cell.props = ["value", "field", "row"];
const Avatar = (props) => avatar(props.id, props.name, { company: props.company });
Avatar.props = ["id", "name", "company"];

export const RelatedList = {
  components: { Avatar, Cell },
  props: { list: Object, target: Object, url: String, id: String, count: Object, version: Number, t: Function },
  setup(props) {
    const state = reactive({ rows: null, next: null, problem: "", sort: "", busy: false });
    const fields = () => props.list.columns.map((name) => props.target.fields.find((field) => field.name === name)).filter(Boolean);

    async function load(after = "") {
      state.busy = true;
      try {
        const query = new URLSearchParams({ ...(after && { after }), ...(state.sort && { sort: state.sort }) });
        const answer = await window.comptoir.fetch(`${props.url}/related/${props.list.key}?${query}`);
        state.rows = after ? [...state.rows, ...answer.rows] : answer.rows;
        state.next = answer.next;
        state.problem = "";
      } catch (error) {
        state.problem = error.message;
      } finally {
        state.busy = false;
      }
    }
    function sortBy(field) {
      if (!field.sortable) return;
      state.sort = state.sort === `${field.name}:asc` ? `${field.name}:desc` : `${field.name}:asc`;
      load();
    }
    const direction = (field) => ({ [`${field.name}:asc`]: "ascending", [`${field.name}:desc`]: "descending" })[state.sort];
    const add = () => `/${props.list.slug}/new?${new URLSearchParams({ [props.list.field]: props.id })}`;
    onMounted(load);
    watch(() => props.version, () => load());
    return { state, fields, load, sortBy, direction, add, isNumeric, path: (id) => recordPath(props.list.slug, id) };
  },
  template: `
    <section class="cp-card" :id="'list-' + list.key" :aria-label="list.label">
      <div class="cp-card-head"><h2 class="cp-card-title">{{ list.label }}</h2><span v-if="count" class="cp-count num">{{ count.count }}{{ count.capped ? '+' : '' }}</span><span class="cp-spacer"></span><a v-if="list.can.includes('create')" class="cp-btn cp-btn--neutral cp-btn--small" :href="add()"><span class="cp-icon" aria-hidden="true" translate="no">add</span>{{ list.new }}</a></div>
      <p v-if="state.problem" class="cp-home-failed" role="alert">{{ state.problem }} <button class="cp-linkbtn" type="button" @click="load()">{{ t('retry') }}</button></p>
      <p v-else-if="state.rows && !state.rows.length" class="cp-home-nothing cp-faint">{{ t('none_here') }}</p>
      <div v-else-if="state.rows" class="cp-home-scroll" tabindex="0" role="region" :aria-label="list.label"><table class="cp-plain">
        <thead><tr><th v-for="field in fields()" :key="field.name" scope="col" :class="{'cp-th--num': isNumeric(field)}" :aria-sort="direction(field)"><button class="cp-th-btn" type="button" :disabled="!field.sortable || undefined" @click="sortBy(field)">{{ field.label }}<span v-if="direction(field)" class="cp-icon cp-icon--sm" aria-hidden="true" translate="no">{{ direction(field) === 'ascending' ? 'arrow_upward' : 'arrow_downward' }}</span></button></th></tr></thead>
        <tbody><tr v-for="row in state.rows" :key="row.id" :data-id="row.id"><td v-for="(field, n) in fields()" :key="field.name" :class="{'cp-td--num num': isNumeric(field)}"><span v-if="n === 0" class="cp-linked"><Avatar v-if="target.avatar" :id="row.id" :name="row.title" :company="target.avatar === 'company'"/><a class="cp-rowlink" :href="path(row.id)" dir="auto">{{ row.title }}</a></span><Cell v-else :value="row.cells[field.name]" :field="field" :row="row"/></td></tr></tbody></table></div>
      <div v-else class="cp-card-body cp-stack" aria-busy="true"><span class="cp-skeleton" style="width:70%" aria-hidden="true"></span><span class="cp-skeleton" style="width:50%" aria-hidden="true"></span></div>
      <div v-if="state.next" class="cp-card-foot"><button class="cp-linkbtn" type="button" :aria-busy="state.busy ? 'true' : undefined" @click="load(state.next)">{{ t('show_more') }}</button></div>
    </section>`,
};
