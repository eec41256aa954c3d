/* The form of a record: two columns of the kinds' editors, by section; a draft that survives reload, restart and sign-out; the
   server's messages at their fields. Why not Python: what one types must stay on screen and in the browser when the server is silent.

   Python gives: the described module, the row to begin with, fields to send along (`given`), the server's draft, words; `sheet` for
   quick create beside the page: few fields, and it emits `close` instead of going anywhere; `resume` takes the draft without asking.
   Data: app/api/records.py, drafts: app/api/activity.py. Parts: form/*.js. Invariant: a draft is dropped only by saving or by its author. */

import { computed, nextTick, onBeforeUnmount, onMounted, reactive, ref } from "vue";
import { addWords, formatInstant, KindEditor, optimistic, textOf } from "comptoir-kinds";
import { LeaveDialog, useDraft, useGuard } from "comptoir-form";

const FIELD = `
  <div v-for="field in section.fields" :key="field.name + state.generation" class="cp-field" :class="{'cp-field--wide': sheet || field.editor === 'long_text'}" :data-field="field.name">
    <label class="cp-label" :for="inputId(field)">{{ field.label }}{{ field.required ? '\u00a0' : '' }}<span v-if="field.required" class="cp-required">{{ t('required') }}</span></label>
    <KindEditor mode="form" :field="field" :value="cells[field.name] ?? null" :row="row" :label="field.label" :input-id="inputId(field)" :initial="initial(field)" input-class="cp-input" :invalid="Boolean(errors[field.name] || conflicts[field.name])" :describedby="errors[field.name] || conflicts[field.name] ? 'e-' + field.name : field.help ? 'h-' + field.name : undefined" @change="(raw, display) => change(field, raw, display)"/>
    <span v-if="field.help" class="cp-hint" :id="'h-' + field.name">{{ field.help }}</span>
    <span v-if="conflicts[field.name]" class="cp-error cp-form-conflict" :id="'e-' + field.name"><span>{{ theirs(field.name) }}</span><button class="cp-linkbtn" type="button" @click="settle(field.name, true)">{{ t('keep_mine') }}</button><button class="cp-linkbtn" type="button" @click="settle(field.name, false)">{{ t('keep_theirs') }}</button></span>
    <span v-else-if="errors[field.name]" class="cp-error" :id="'e-' + field.name"><span class="cp-icon cp-icon--sm" aria-hidden="true" translate="no">error</span><span>{{ errors[field.name] }}</span></span>
  </div>`;

const SAVE = `<button class="cp-btn cp-btn--primary" type="submit" :aria-busy="state.busy ? 'true' : undefined" :disabled="state.busy"><span>{{ state.busy ? t('saving') : t('save') }}</span><kbd class="cp-kbd cp-kbd--on cp-hide-compact" aria-hidden="true">Ctrl ↵</kbd></button>`;
const AGAIN = `<button v-if="!id" class="cp-btn cp-btn--neutral" type="button" :disabled="state.busy" @click="save(true)">{{ t('save_new') }}</button>`;

export default {
  components: { KindEditor, LeaveDialog },
  props: { module: Object, url: String, id: String, row: Object, given: Array, draft: Object, title: String, form: String, strings: Object, sheet: Boolean, resume: Boolean },
  emits: ["close"],
  setup(props, { emit }) {
    addWords(props.strings);
    const t = (key, params = {}) => (props.strings[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
    const root = ref(null);
    const byName = new Map(props.module.fields.map((field) => [field.name, field]));
    const cells = reactive({ ...(props.row.cells || {}) });
    const typed = reactive({}); // name → {raw, display}: what the person changed
    const errors = reactive({});
    const conflicts = reactive({});
    const state = reactive({ busy: false, problem: "", version: props.row.version ?? null, all: false, generation: 0 });
    const dirty = computed(() => Object.keys(typed).length > 0);

    const draft = useDraft({ form: props.form, server: props.draft, typed, version: () => state.version });
    const guard = useGuard(dirty, () => draft.state.kept === "draft_kept");

    const blank = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
    const few = computed(() => props.module.fields.filter((field) => !field.readonly && (field.required || props.module.quick_create.includes(field.name) || errors[field.name] || props.given.includes(field.name)))
      .sort((one, other) => place(one) - place(other)));
    const place = (field) => (props.module.quick_create.indexOf(field.name) + 1 || 100);
    const sections = computed(() => (props.sheet ? [{ key: "quick", label: "", fields: few.value }] : whole.value));
    const whole = computed(() => props.module.sections.map((section) => ({
      ...section,
      fields: props.module.fields.filter((field) => field.section === section.key && !field.readonly && (state.all || !field.hidden || !blank(cells[field.name]) || errors[field.name])),
    })).filter((section) => section.fields.length));
    const hasHidden = computed(() => !props.sheet && props.module.fields.some((field) => field.hidden && !field.readonly));

    /* Editors also tell a value that is as it was: that is no change, and takes back an earlier one. */
    function change(field, raw, display) {
      const before = props.row.cells?.[field.name] ?? null;
      const same = JSON.stringify(raw === "" ? null : raw ?? null) === JSON.stringify(idOf(before));
      if (same && !(field.name in typed)) return;
      if (same) delete typed[field.name];
      else typed[field.name] = { raw, display };
      const shown = same ? before : optimistic(field, raw, display);
      if (shown !== undefined) cells[field.name] = shown;
      delete errors[field.name];
      draft.keep();
    }

    function takeDraft() {
      for (const [name, { raw, display }] of Object.entries(draft.offered.value.values)) {
        const field = byName.get(name);
        if (!field || field.readonly) continue;
        typed[name] = { raw, display };
        cells[name] = optimistic(field, raw, display) ?? cells[name] ?? null;
      }
      if (draft.offered.value.version && props.id) state.version = draft.offered.value.version;
      state.generation += 1; // the editors begin again with these values
      draft.taken();
      focusFirst(); // the button that was pressed is gone
    }
    const focusFirst = () => nextTick(() => root.value?.querySelector("[data-field] input, [data-field] textarea")?.focus({ preventScroll: true }));

    const initial = (field) => (typed[field.name] && optimistic(field, typed[field.name].raw, typed[field.name].display) === undefined ? typed[field.name].raw : undefined);

    function values() {
      const sent = Object.fromEntries(Object.entries(typed).map(([name, one]) => [name, one.raw]));
      for (const name of props.id ? [] : props.given) if (!(name in sent)) sent[name] = idOf(cells[name]);
      return sent;
    }
    const idOf = (value) => (Array.isArray(value) ? value.map(idOf) : value && typeof value === "object" && "id" in value ? value.id : value);

    let done = false; // saved: a second click saves nothing more
    async function save(again = false) {
      if (state.busy || done) return;
      const sent = values();
      if (props.id && !Object.keys(sent).length) return leaveTo(`/${props.module.slug}/${props.id}`, t("nothing_changed"));
      Object.assign(state, { busy: true, problem: "" });
      Object.keys(errors).forEach((name) => delete errors[name]);
      Object.keys(conflicts).forEach((name) => delete conflicts[name]);
      window.comptoir.saving("busy");
      try {
        const answer = props.id
          ? await window.comptoir.fetch(`${props.url}/${props.id}`, { method: "PATCH", body: { values: sent, version: state.version } })
          : await window.comptoir.fetch(props.url, { method: "POST", body: { values: sent } });
        window.comptoir.saving("saved");
        done = !again;
        await draft.drop();
        Object.keys(typed).forEach((name) => delete typed[name]);
        const name = answer.row?.title || props.module.singular;
        const path = answer.row ? `/${props.module.slug}/${answer.row.id}` : `/${props.module.slug}`;
        window.comptoir.toast(t(props.id ? "saved" : "created", { name }), { undo: answer.undo, link: props.sheet || again ? path : "" });
        answer.warnings.forEach((text) => window.comptoir.toast(text, { kind: "warning" }));
        if (again) return begin();
        if (props.sheet) emit("close");
        else window.comptoir.navigate(path);
      } catch (error) {
        if (error.status) window.comptoir.saving("saved");
        const elsewhere = Object.entries(error.fields || {}).filter(([one]) => !byName.has(one) || byName.get(one).readonly).map(([, text]) => text);
        state.problem = [...(Object.keys(error.fields || {}).length ? [t("problems")] : [error.message]), ...elsewhere].join(" ");
        Object.assign(errors, error.fields);
        Object.assign(conflicts, error.conflict);
        if ([...Object.keys(errors), ...Object.keys(conflicts)].some((one) => byName.get(one)?.hidden)) state.all = true;
        await nextTick();
        const first = [...root.value.querySelectorAll("[data-field]")].find((one) => one.dataset.field in errors || one.dataset.field in conflicts);
        (first?.querySelector("input, textarea, select, button") || root.value.querySelector("[role=alert]"))?.focus();
      } finally {
        state.busy = false;
      }
    }

    /** A blank form again; what the address gave stays. */
    function begin() {
      for (const name of Object.keys(cells)) if (!props.given.includes(name)) cells[name] = props.row.cells?.[name] ?? null;
      state.generation += 1;
      focusFirst();
    }

    function leaveTo(path, text) {
      if (text) window.comptoir.toast(text);
      window.comptoir.navigate(path);
    }

    /* Leaves without saving; what was typed stays as a draft. */
    function close() {
      if (dirty.value) guard.ask(() => emit("close"));
      else emit("close");
    }
    function allFields() {
      const query = new URLSearchParams({ ...(dirty.value && { draft: "1" }) });
      emit("close");
      window.comptoir.navigate(`/${props.module.slug}/new${query.size ? `?${query}` : ""}`);
    }

    /* A conflict: mine goes over theirs from their version on, or theirs replaces mine. */
    async function settle(name, mine) {
      const row = await window.comptoir.fetch(`${props.url}/${props.id}`);
      state.version = row.version;
      if (!mine) {
        delete typed[name];
        cells[name] = row.cells[name];
        state.generation += 1;
      }
      delete conflicts[name];
      delete errors[name];
    }
    const theirs = (name) => t("theirs", { value: textOf(conflicts[name].theirs, byName.get(name), props.row) || t("empty") });

    function keydown(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        save(event.shiftKey && !props.id);
      } else if (event.key === "Escape" && props.sheet && !event.defaultPrevented) {
        event.preventDefault(); // else the same key closes the question that it opens
        close();
      }
    }
    const cancelPath = computed(() => (props.id ? `/${props.module.slug}/${props.id}` : `/${props.module.slug}`));
    onMounted(() => {
      draft.begin();
      if (props.resume && draft.offered.value) takeDraft();
      if (!props.sheet) guard.begin();
      focusFirst();
    });
    onBeforeUnmount(() => {
      guard.end();
      if (dirty.value && !done) window.comptoir.toast(t("draft_of", { name: props.title }), { link: `${props.id ? `/${props.module.slug}/${props.id}/edit` : `/${props.module.slug}/new`}?draft=1` });
    });
    const inputId = (field) => `${props.sheet ? "q" : "f"}-${field.name}`;
    return { t, root, cells, typed, errors, conflicts, state, sections, hasHidden, change, initial, save, settle, theirs, keydown, cancelPath, close, allFields, inputId, draft, takeDraft, guard, formatInstant };
  },
  template: `
    <form ref="root" class="cp-recordform" :class="sheet ? 'cp-drawer-form' : 'cp-page'" :data-testid="sheet ? 'quick-create' : 'record-form'" :data-id="id || undefined" novalidate @submit.prevent="save()" @keydown="keydown">
      <div v-if="sheet" class="cp-drawer-head"><h2 class="cp-drawer-title">{{ title }}</h2><span class="cp-spacer"></span><button class="cp-iconbtn" type="button" :aria-label="t('close')" :title="t('close')" @click="close"><span class="cp-icon" aria-hidden="true" translate="no">close</span></button></div>
      <div v-else class="cp-title"><nav class="cp-crumbs" :aria-label="t('path')"><a class="cp-link" :href="'/' + module.slug">{{ module.plural }}</a><span class="cp-icon cp-icon--sm" aria-hidden="true" translate="no">chevron_right</span></nav><h1 class="cp-h1" dir="auto">{{ title }}</h1><span class="cp-spacer"></span>
        <span v-if="draft.state.kept" class="cp-caption cp-faint cp-hide-phone" role="status">{{ t(draft.state.kept) }}</span>
        <span class="cp-inline cp-hide-phone"><a class="cp-btn cp-btn--neutral" :href="cancelPath">{{ t('cancel') }}</a>${AGAIN}${SAVE}</span></div>
      <div :class="sheet ? 'cp-drawer-body' : 'cp-body'">
        <div v-if="draft.offered.value" class="cp-banner cp-banner--in" role="status"><span class="cp-icon" aria-hidden="true" translate="no">edit_note</span><span>{{ t('draft_found', {when: formatInstant(draft.offered.value.at)}) }}</span><span class="cp-spacer"></span><button class="cp-btn cp-btn--neutral cp-btn--small" type="button" @click="takeDraft">{{ t('draft_use') }}</button><button class="cp-linkbtn" type="button" @click="draft.drop()">{{ t('draft_drop') }}</button></div>
        <div v-if="state.problem" class="cp-banner cp-banner--da" role="alert" tabindex="-1"><span class="cp-icon" aria-hidden="true" translate="no">error</span><span>{{ state.problem }}</span></div>
        <div class="cp-form cp-form--record">
          <fieldset v-for="section in sections" :key="section.key" class="cp-section"><legend v-if="section.label" class="cp-legend">{{ section.label }}</legend>${FIELD}</fieldset>
          <button v-if="hasHidden" class="cp-linkbtn" type="button" @click="state.all = !state.all">{{ state.all ? t('fewer_fields') : t('all_fields') }}</button>
        </div>
      </div>
      <div v-if="sheet" class="cp-drawer-foot"><button class="cp-linkbtn" type="button" data-action="all-fields" @click="allFields">{{ t('every_field') }}</button><span class="cp-spacer"></span>${AGAIN}${SAVE}</div>
      <div v-else class="cp-drawer-foot cp-only-phone"><a class="cp-btn cp-btn--neutral" :href="cancelPath">{{ t('cancel') }}</a>${SAVE}</div>
      <LeaveDialog v-if="guard.state.asking" :t="t" @stay="guard.stay()" @leave="guard.leave()"/>
    </form>`,
};
