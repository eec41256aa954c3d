/* The record page: header with stage path, business card, details by section, notes, related lists, timeline; each field edited in
   place. Why not Python: editing must echo within a frame and keep what was typed when the server is silent; forty fields, lists and
   a timeline as server elements would be a thousand objects for every open tab.

   Python gives: the described module, the id, the described targets of related lists, the stages, words. Data: app/api/records.py and
   activity.py. Parts: record/*.js. Events: none; addresses are ordinary links. */

import { computed, nextTick, onBeforeUnmount, onMounted, reactive, ref } from "vue";
import { addWords, avatar, drawCell, walkFrom } from "comptoir-kinds";
import { ReasonDialog } from "comptoir-board";
import { Menu } from "comptoir-shell";
import { Facts, NextAction, Notes, RelatedList, StageHistory, StagePath, Timeline, useRecord } from "comptoir-record";

const Avatar = (props) => avatar(props.id, props.name, { size: "40", company: props.company });
Avatar.props = ["id", "name", "company"];
const Cell = (props) => drawCell(props.value, props.field, props.row);
Cell.props = ["value", "field", "row"];

const HEAD = `
  <div class="cp-record-head">
    <div class="cp-record-nav"><nav class="cp-crumbs" :aria-label="t('path')"><a class="cp-iconbtn cp-only-phone" :href="walk ? walk.address : '/' + module.slug" :aria-label="module.plural"><span class="cp-icon cp-icon--lg" aria-hidden="true" translate="no">arrow_back</span></a><a class="cp-link" :href="walk ? walk.address : '/' + module.slug">{{ module.plural }}</a></nav><span class="cp-spacer"></span>
      <template v-if="walk"><span class="num cp-faint">{{ t('place', {n: walk.place, total: walk.total}) }}</span>
        <component v-for="step in ['previous', 'next']" :is="walk[step] ? 'a' : 'span'" :key="step" class="cp-iconbtn cp-iconbtn--small" :href="walk[step] ? path(walk[step]) : undefined" :aria-label="walk[step] ? t(step) : undefined" :aria-hidden="walk[step] ? undefined : 'true'" :title="walk[step] ? t(step) : undefined" :class="{'is-off': !walk[step]}"><span class="cp-icon" aria-hidden="true" translate="no">{{ step === 'previous' ? 'keyboard_arrow_up' : 'keyboard_arrow_down' }}</span></component></template></div>
    <div class="cp-record-title"><Avatar v-if="module.avatar" :id="id" :name="row.title" :company="module.avatar === 'company'"/>
      <div class="cp-record-name"><div class="cp-record-heading"><h1 class="cp-h1" dir="auto" translate="no">{{ row.title }}</h1></div>
        <div class="cp-record-sub" data-id="facts"><template v-for="(field, n) in line" :key="field.name"><span v-if="n" class="cp-middot" aria-hidden="true">·</span><span class="cp-record-fact" :class="{'cp-strong': field.cell === 'money'}" :title="field.label"><Cell :value="row.cells[field.name]" :field="field" :row="row"/></span></template></div></div>
      <div class="cp-record-actions">
        <button ref="opener" class="cp-btn cp-btn--neutral cp-btn--icon" type="button" aria-haspopup="menu" :aria-expanded="menu ? 'true' : 'false'" :aria-label="t('more_actions')" :title="t('more_actions')" @click="menu = !menu"><span class="cp-icon" aria-hidden="true" translate="no">more_horiz</span></button>
        <Menu v-if="menu" :items="actions" :label="t('more_actions')" :anchor="opener" @close="menu = false" @pick="act"/>
        <a v-if="editable" class="cp-btn cp-btn--primary" :href="path(id) + '/edit'" data-action="edit"><span class="cp-icon" aria-hidden="true" translate="no">edit</span>{{ t('edit') }}<kbd class="cp-kbd cp-kbd--on" aria-hidden="true">E</kbd></a></div></div>
    <StagePath v-if="stages.length && !state.deleted" :stages="stages" :current="row.cells[stageField] || ''" :since="row.cells.stage_changed_at || ''" :editable="editable" :reason="byName.get('reason_for_loss')" :t="t" :label="byName.get(stageField).label" @move="moveStage"/>
    <NextAction v-if="hasAction" class="cp-nextaction--line" :row="row" :states="fields" :editable="editable" :t="t" @save="saveAction"/>
    <div class="cp-record-tabs"><div class="cp-tabs" role="tablist" :aria-label="row.title"><button v-for="one in tabs" :key="one" class="cp-tab" role="tab" type="button" :aria-selected="tab === one ? 'true' : 'false'" :tabindex="tab === one ? 0 : -1" @click="show(one)" @keydown="tabKey($event, one)">{{ t('tab_' + one) }}</button></div><span class="cp-spacer"></span>
      <button v-if="tab === 'info' && hidden" class="cp-linkbtn cp-linkbtn--quiet" type="button" :aria-pressed="all ? 'true' : 'false'" @click="toggleAll"><span class="cp-icon" aria-hidden="true" translate="no">{{ all ? 'visibility' : 'visibility_off' }}</span>{{ all ? t('hide_empty') : t('hidden_empty', {n: hidden}) }}</button></div>
  </div>`;

export default {
  components: { Avatar, Cell, Facts, Menu, NextAction, Notes, ReasonDialog, RelatedList, StageHistory, StagePath, Timeline },
  props: { module: Object, url: String, id: String, deleted: Boolean, targets: Object, stages: Array, stageField: String, strings: Object, query: Object },
  setup(props, { expose }) {
    addWords(props.strings);
    const t = (key, params = {}) => (props.strings[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
    const record = useRecord(props);
    const { state } = record;
    const byName = new Map(props.module.fields.map((field) => [field.name, field]));
    const derived = new Set(props.module.fields.filter((field) => field.readonly).map((field) => field.name));
    const opener = ref(null);
    const root = ref(null);
    const menu = ref(false);
    const tabs = ["info", "timeline"];
    const tab = ref(tabs.includes(props.query.tab) ? props.query.tab : "info");
    const all = ref(localStorage.getItem("cp-all-fields") === "1");
    const unfolded = ref(localStorage.getItem("cp-details") !== "0");
    const versions = reactive({ related: 0 });
    const walk = ref(walkFrom(props.module.slug, props.id));
    const row = computed(() => state.row);
    const editable = computed(() => Boolean(state.row?.can.includes("edit")) && !state.deleted);
    const blank = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

    const card = computed(() => [{ key: "card", label: "", fields: props.module.business_card.map((name) => byName.get(name)).filter(Boolean) }]);
    const details = computed(() => props.module.sections.map((section) => ({
      ...section,
      fields: props.module.fields.filter((field) => field.section === section.key && (all.value || record.fields[field.name] || (!field.hidden && !blank(state.row.cells[field.name])))),
    })).filter((section) => section.fields.length));
    const hidden = computed(() => props.module.fields.filter((field) => field.hidden || blank(state.row.cells[field.name])).length);
    const line = computed(() => [props.module.subtitle, ...(props.module.card.length ? props.module.card : props.module.columns.slice(1, 3)), "owner_id"]
      .filter((name, n, list) => name && name !== "next_step" && list.indexOf(name) === n).filter((name) => name !== props.stageField || !props.stages.length).map((name) => byName.get(name)).filter((field) => field && !blank(state.row.cells[field.name])).slice(0, 4));
    const actions = computed(() => [
      ...(props.module.can.includes("create") ? [{ icon: "content_copy", label: t("clone"), href: `/${props.module.slug}/new?clone=${props.id}` }] : []),
      { icon: "link", label: t("copy_link"), action: "copy" },
      { icon: "print", label: t("print"), action: "print" },
      ...(state.row?.can.includes("delete") && !state.deleted ? [{ separator: true }, { icon: "delete", label: t("delete"), action: "delete" }] : []),
    ]);

    async function act(item) {
      if (item.action === "delete") return record.remove();
      if (item.action === "print") return window.print();
      try {
        await navigator.clipboard.writeText(location.origin + location.pathname);
        window.comptoir.toast(t("copied"));
      } catch {
        window.comptoir.toast(`${location.origin}${location.pathname}`);
      }
    }
    const moveStage = ({ stage, values }) => {
      const label = props.stages.find((one) => one.value === stage)?.label || "";
      return record.save({ [props.stageField]: stage, ...values }, { toast: t("stage_now", { stage: label }) }).then((done) => {
        if (done) return undefined;
        window.comptoir.toast(record.fields[props.stageField]?.problem || t("refused"), { kind: "error" });
        return record.giveIn(props.stageField);
      });
    };
    function show(one) {
      tab.value = one;
      history.replaceState(history.state, "", location.pathname + (one === "info" ? "" : `?tab=${one}`)); // a copied link opens it
    }
    function tabKey(event, one) {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      show(tabs[(tabs.indexOf(one) + step + tabs.length) % tabs.length]);
      nextTick(() => root.value.querySelector("[role=tab][aria-selected=true]").focus());
    }
    function toggleAll() {
      all.value = !all.value;
      localStorage.setItem("cp-all-fields", all.value ? "1" : "");
    }
    function toggleDetails() {
      unfolded.value = !unfolded.value;
      localStorage.setItem("cp-details", unfolded.value ? "1" : "0");
    }
    const asking = ref(null); // a stage chosen in the details that closes the deal as lost
    function saveField(name, raw, version) {
      const stage = name === props.stageField && props.stages.find((one) => one.value === raw);
      if (stage?.kind !== "lost") return record.save({ [name]: raw }, { version });
      asking.value = { kind: "lost", values: [stage] };
    }
    function answered(answer) {
      asking.value = null;
      if (answer) moveStage(answer);
    }
    const saveAction = (values, toast) => record.save(values, { toast });
    const kindNow = computed(() => props.stages.find((stage) => stage.value === state.row?.cells[props.stageField])?.kind || "open");
    const hasAction = computed(() => Boolean(props.stages.length && byName.has("next_step") && byName.has("closing_on") && !state.deleted && kindNow.value === "open"));
    function jump(key) {
      root.value.querySelector(`#list-${key}`)?.scrollIntoView({ block: "start" });
    }
    const pageKey = (event) => {
      const step = { j: "next", k: "previous" }[event.detail];
      if (event.detail === "e" && editable.value) window.comptoir.navigate(`${path(props.id)}/edit`);
      else if (event.detail === "a") root.value.querySelector("[data-composer]")?.focus();
      else if (step && walk.value?.[step]) window.comptoir.navigate(path(walk.value[step]));
      else return;
      event.preventDefault();
    };
    const path = (id) => `/${props.module.slug}/${id}`;
    const refresh = () => Promise.all([record.load(), record.loadCounts()]).then(() => (versions.related += 1));
    onMounted(() => {
      record.load();
      record.loadCounts();
      document.addEventListener("comptoir:key", pageKey);
      window.addEventListener("comptoir:undone", refresh);
    });
    onBeforeUnmount(() => {
      document.removeEventListener("comptoir:key", pageKey);
      window.removeEventListener("comptoir:undone", refresh);
    });
    expose({ refresh });
    return { ...record, url: props.url, t, byName, derived, opener, root, menu, tabs, tab, all, versions, walk, row, editable, card, details, hidden, line, actions, act, moveStage, show, tabKey, toggleAll, toggleDetails, unfolded, saveField, saveAction, asking, answered, hasAction, jump, path, refresh };
  },
  template: `
    <div ref="root" class="cp-record cp-page" data-testid="record-page" :data-id="id">
      <div v-if="state.problem && !row" class="cp-empty cp-empty--error" role="alert"><span class="cp-empty-badge"><span class="cp-icon cp-icon--lg" aria-hidden="true" translate="no">cloud_off</span></span><h1 class="cp-empty-title">{{ t('error_title') }}</h1><p class="cp-empty-text">{{ state.problem }}</p><div class="cp-empty-actions"><button class="cp-btn cp-btn--primary" type="button" @click="load">{{ t('retry') }}</button></div></div>
      <div v-else-if="!row" class="cp-body cp-stack" aria-busy="true"><span class="cp-skeleton cp-skeleton--title" style="width:40%" aria-hidden="true"></span><span v-for="n in 8" :key="n" class="cp-skeleton" :style="{width: (85 - n * 6) + '%'}" aria-hidden="true"></span></div>
      <template v-else>${HEAD}
        <div v-if="state.deleted" class="cp-banner cp-banner--wa cp-record-banner" role="status"><span class="cp-icon" aria-hidden="true" translate="no">delete</span><span>{{ t('in_bin') }}</span><span class="cp-spacer"></span><button class="cp-btn cp-btn--neutral cp-btn--small" type="button" @click="restore">{{ t('restore') }}</button></div>
        <div v-if="tab === 'info'" class="cp-record-body">
          <nav class="cp-related" :aria-label="t('related')"><div class="cp-group-label">{{ t('related') }}</div>
            <button class="cp-related-item" type="button" @click="jump('notes')">{{ t('notes') }}<span class="cp-count num">{{ state.notes || '' }}</span></button>
            <button v-for="list in module.related" :key="list.key" class="cp-related-item" type="button" @click="jump(list.key)">{{ list.label }}<span class="cp-count num">{{ state.counts[list.key]?.count || '' }}</span></button></nav>
          <div class="cp-record-main">
            <Facts :groups="card" :row="row" :states="fields" :editable="editable" :t="t" :label="t('card')" @save="saveField" @insist="insist" @give-in="giveIn"><div class="cp-card-foot"><span>{{ t('card') }}</span><span class="cp-spacer"></span><span class="cp-inline cp-hide-compact" aria-hidden="true"><kbd class="cp-kbd">↵</kbd> {{ t('key_save') }} <kbd class="cp-kbd">{{ t('escape') }}</kbd> {{ t('key_cancel') }}</span><button class="cp-linkbtn" type="button" :aria-expanded="unfolded ? 'true' : 'false'" @click="toggleDetails">{{ t(unfolded ? 'hide_details' : 'show_details') }}</button></div></Facts>
            <Facts v-if="unfolded" :groups="details" :row="row" :states="fields" :editable="editable" :t="t" details :label="t('details')" @save="saveField" @insist="insist" @give-in="giveIn"/>
            <Notes v-if="!state.deleted" :url="url + '/' + id" :id="id" :version="versions.related" :t="t" @changed="loadCounts"/>
            <RelatedList v-for="list in module.related" :key="list.key" :list="list" :target="targets[list.module]" :url="url + '/' + id" :id="id" :count="state.counts[list.key]" :version="versions.related" :t="t"/>
          </div>
          <aside class="cp-record-side" :aria-label="t('timeline')"><NextAction v-if="hasAction" :row="row" :states="fields" :editable="editable" :t="t" @save="saveAction"/><Timeline :url="url + '/' + id" :version="state.history" :derived="derived" :t="t" @undone="refresh"/></aside>
        </div>
        <div v-else class="cp-record-body cp-record-body--alone"><div class="cp-record-main"><StageHistory v-if="stages.length" :url="url + '/' + id" :version="state.history" :currency="row.currency" :t="t"/><section class="cp-card cp-card-body"><Timeline :url="url + '/' + id" :version="state.history" :derived="derived" :t="t" @undone="refresh"/></section></div></div>
        <ReasonDialog v-if="asking" :zone="asking" :field="byName.get('reason_for_loss')" :t="t" @done="answered" @cancel="answered(null)"/>
      </template>
    </div>`,
};
