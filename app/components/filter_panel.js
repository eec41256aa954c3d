/* The filter panel beside a list or a board: fields, tests and values by type, short lists to tick with counts, the pattern that
   joins them, the number of results. Applies as one types.
   Why not Python: ticks, typing and counts follow each other within a moment; as server elements each keystroke would be a round trip.

   Python gives: the module, the criteria and pattern to begin with, the question around them. It hears `change({conditions, pattern})`,
   makes the filter, and answers with `asked(question)` or `refuse(problems)`. */

import { addWords, fold, language, t } from "comptoir-kinds";
import { adapt, asMessage, criterionOn, facetFields, isComplete, joinedBy, operatorOf, ValueControl } from "comptoir-list";
import { computed, nextTick, onMounted, reactive, ref } from "vue";

const PATIENCE = 300; // ms between typing and asking

export default {
  components: { ValueControl },
  props: { module: Object, url: String, strings: Object, conditions: Array, pattern: String, question: Object, count: Number, narrow: Boolean },
  emits: ["change", "save", "close"],
  setup(props, { emit, expose }) {
    addWords(props.strings);
    const module = JSON.parse(JSON.stringify(props.module));
    const byName = new Map(module.fields.map((field) => [field.name, field]));
    const facets = facetFields(module);
    const root = ref(null);
    const text = ref("");
    const searching = ref(false);
    const state = reactive({ criteria: [], joined: "all", pattern: "", problems: {}, chips: {}, count: props.count ?? null });
    let question = { ...props.question };

    const begin = (conditions, pattern) => {
      state.criteria = (conditions || []).filter((one) => byName.has(one.field)).map((one) => criterionOn(byName.get(one.field), one.op, one.value, one.shown));
      for (const field of facets) if (!state.criteria.some((one) => one.field.name === field.name)) state.criteria.unshift(criterionOn(field, "in", []));
      const order = (one) => { const place = facets.findIndex((field) => field.name === one.field.name); return place < 0 ? facets.length : place; };
      if (joinedBy(pattern, (conditions || []).length) !== "custom") state.criteria.sort((a, b) => order(a) - order(b));
      else state.criteria.sort((a, b) => isComplete(b) - isComplete(a));
      state.joined = joinedBy(pattern, (conditions || []).length);
      state.pattern = state.joined === "custom" ? pattern : "";
      state.problems = {};
      loadChips();
    };

    const complete = computed(() => state.criteria.filter(isComplete));
    const numberOf = (criterion) => (state.joined === "custom" && isComplete(criterion) ? complete.value.indexOf(criterion) + 1 : 0);
    const isFacet = (criterion) => facets.some((field) => field.name === criterion.field.name);
    const listsChips = (field) => ["choice", "choices", "person"].includes(field.cell);

    let patience = 0;
    const changed = (typed) => {
      clearTimeout(patience);
      state.problems = {};
      const send = () => emit("change", asMessage(state.criteria, state.joined, state.pattern));
      if (typed) patience = setTimeout(send, PATIENCE);
      else send();
    };
    const setValue = (criterion, value, shown, typed) => {
      const was = isComplete(criterion);
      Object.assign(criterion, { value, shown });
      if (was || isComplete(criterion)) changed(typed);
    };
    const setOperator = (criterion, op) => {
      const before = operatorOf(criterion).editor;
      const was = isComplete(criterion);
      criterion.op = op;
      adapt(criterion, before);
      if (was || isComplete(criterion)) changed(false);
    };
    const add = (field) => {
      const known = state.criteria.find((one) => one.field.name === field.name && isFacet(one) && !isComplete(one));
      const criterion = known || criterionOn(field);
      if (!known) state.criteria.push(criterion);
      text.value = "";
      searching.value = false;
      if (listsChips(field)) loadChips([field.name]);
      if (isComplete(criterion)) changed(false);
      nextTick(() => {
        const block = root.value?.querySelector('[data-criterion="' + state.criteria.findIndex((one) => one.key === criterion.key) + '"]');
        block?.scrollIntoView({ block: "nearest" });
        block?.querySelector("select, input")?.focus();
      });
    };
    const remove = (criterion) => {
      const was = isComplete(criterion);
      if (isFacet(criterion)) Object.assign(criterion, { op: "in", value: [], shown: null });
      else state.criteria = state.criteria.filter((one) => one.key !== criterion.key);
      if (was) changed(false);
    };
    const clear = () => {
      begin([], "");
      changed(false);
    };
    const join = (how) => {
      if (how === "custom" && !state.pattern) state.pattern = complete.value.map((_, index) => index + 1).join(state.joined === "any" ? " or " : " and ");
      state.joined = how;
      changed(false);
      if (how === "custom") nextTick(() => root.value.querySelector("[aria-describedby=cp-pattern-hint]")?.scrollIntoView({ block: "center" }));
    };

    let loading = null;
    const loadChips = async (names) => {
      loading?.abort();
      const control = (loading = new AbortController());
      const wanted = names || [...new Set(state.criteria.filter((one) => listsChips(one.field) && operatorOf(one).editor === "many").map((one) => one.field.name))];
      await Promise.all(
        wanted.map(async (name) => {
          const query = new URLSearchParams({ field: name });
          for (const key of ["view", "q", "filter"]) if (question[key]) query.set(key, question[key]);
          try {
            const answer = await window.comptoir.fetch(props.url + "/chips?" + query, { signal: control.signal });
            state.chips[name] = answer.chips;
          } catch (error) {
            if (error.name !== "AbortError" && !state.chips[name]) state.chips[name] = (byName.get(name).choices || []).filter((one) => one.active).map((one) => ({ value: one.value, label: one.label, count: 0 }));
          }
        }),
      );
    };

    const matches = computed(() => {
      const wanted = fold(text.value).trim();
      const offered = module.fields.filter((field) => field.operators.length && !field.hidden);
      return offered.filter((field) => !wanted || fold(field.label).includes(wanted)).sort((a, b) => a.label.localeCompare(b.label, language()));
    });
    const searchKey = (event) => {
      if (event.key === "Enter" && matches.value.length) add(matches.value[0]);
      else if (event.key === "Escape" && (searching.value || text.value)) [searching.value, text.value] = [false, ""];
      else if (event.key === "ArrowDown") root.value.querySelector(".cp-filter-fields button")?.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const fieldKey = (event) => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      if (step) (event.target[step] || root.value.querySelector("[data-field-search]")).focus();
      else if (event.key === "Escape") {
        searching.value = false;
        root.value.querySelector("[data-field-search]").focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };

    expose({
      begin,
      asked(next, count) {
        question = { ...next };
        state.problems = {};
        if (count !== undefined) state.count = count;
        loadChips();
      },
      counted: (n) => (state.count = n),
      refuse: (problems) => (state.problems = problems),
    });
    begin(props.conditions, props.pattern);
    const isOverlay = window.innerWidth < 1180;
    onMounted(() => {
      if (isOverlay && !props.narrow) emit("close");
      else if (isOverlay) nextTick(() => root.value?.querySelector("button, input")?.focus({ preventScroll: true }));
    });
    const results = computed(() => (state.count === null ? "" : t("n_results", { n: state.count.toLocaleString(language()), count: state.count })));
    const problemOf = (criterion) => (isComplete(criterion) ? state.problems[criterion.field.name] : "");
    return { t, root, state, hidden: isOverlay && !props.narrow, text, searching, complete, numberOf, isFacet, setValue, setOperator, add, remove, clear, join, changed, matches, searchKey, fieldKey, results, problemOf, operatorOf, isComplete, emit };
  },
  template: `
    <aside v-if="!hidden" ref="root" class="cp-filters" :aria-label="t('filters')" data-testid="filter-panel" @keydown.esc.stop="emit('close')">
      <div class="cp-filters-head"><h2 class="cp-card-title">{{ t('filters') }}</h2><span class="cp-spacer"></span>
        <button v-if="complete.length" class="cp-linkbtn" type="button" data-action="clear" @click="clear">{{ t('clear') }}</button>
        <button class="cp-iconbtn cp-iconbtn--small cp-only-compact" type="button" :aria-label="t('close')" @click="emit('close')"><span class="cp-icon" translate="no" aria-hidden="true">close</span></button></div>
      <div class="cp-filters-body">
        <div class="cp-filter">
          <span class="cp-inputbox"><span class="cp-icon" translate="no" aria-hidden="true">search</span><input class="cp-input" type="text" data-field-search v-model="text" :aria-label="t('search_field')" :placeholder="t('search_field')" autocomplete="off" @focus="searching = true" @keydown="searchKey"></span>
          <div v-if="searching" class="cp-filter-fields" role="group" :aria-label="t('add_condition')">
            <button v-for="field in matches" :key="field.name" class="cp-menu-item" type="button" @keydown="fieldKey" @click="add(field)">{{ field.label }}</button>
            <div v-if="!matches.length" class="cp-listbox-note" role="status">{{ t('no_match') }}</div>
          </div>
        </div>
        <fieldset v-for="(criterion, index) in state.criteria" :key="criterion.key" class="cp-filter" :class="{'is-on': isComplete(criterion)}" :data-criterion="index" :data-field="criterion.field.name">
          <legend class="cp-label"><span v-if="numberOf(criterion)" class="cp-filter-number num">{{ numberOf(criterion) }}</span>{{ criterion.field.label }}</legend>
          <div v-if="!isFacet(criterion) || isComplete(criterion)" class="cp-filter-head">
            <select class="cp-select" :aria-label="t('operator_of', {name: criterion.field.label})" :value="criterion.op" @change="setOperator(criterion, $event.target.value)"><option v-for="one in criterion.field.operators" :key="one.key" :value="one.key">{{ one.label }}</option></select>
            <button class="cp-iconbtn cp-iconbtn--small" type="button" :aria-label="t('remove_condition', {name: criterion.field.label})" @click="remove(criterion)"><span class="cp-icon" translate="no" aria-hidden="true">close</span></button>
          </div>
          <ValueControl :criterion="criterion" :chips="state.chips[criterion.field.name]" :invalid="Boolean(problemOf(criterion))" @change="(value, shown, typed) => setValue(criterion, value, shown, typed)"/>
          <span v-if="problemOf(criterion)" class="cp-error" role="alert"><span class="cp-icon cp-icon--sm" translate="no" aria-hidden="true">error</span>{{ problemOf(criterion) }}</span>
        </fieldset>
        <button class="cp-linkbtn" type="button" @click="searching = true; root.querySelector('[data-field-search]').focus()"><span class="cp-icon" translate="no" aria-hidden="true">add</span>{{ t('add_condition') }}</button>
        <fieldset v-if="complete.length > 1" class="cp-filter"><legend class="cp-label">{{ t('pattern') }}</legend>
          <label v-for="how in ['all', 'any', 'custom']" :key="how" class="cp-check"><input type="radio" :checked="state.joined === how" name="cp-joined" @change="join(how)"><span>{{ t({all: 'all_of', any: 'any_of', custom: 'pattern_of'}[how]) }}</span></label>
          <template v-if="state.joined === 'custom'"><input class="cp-input" type="text" :aria-label="t('pattern_of')" :aria-invalid="state.problems[''] ? 'true' : undefined" aria-describedby="cp-pattern-hint" v-model="state.pattern" autocomplete="off" spellcheck="false" @input="changed(true)"><span id="cp-pattern-hint" class="cp-hint">{{ t('pattern_hint') }}</span></template>
        </fieldset>
        <span v-if="state.problems['']" class="cp-error" role="alert"><span class="cp-icon cp-icon--sm" translate="no" aria-hidden="true">error</span>{{ state.problems[''] }}</span>
      </div>
      <div class="cp-filters-foot">
        <div class="cp-filters-count num" role="status">{{ results }}</div>
        <button class="cp-btn cp-btn--primary cp-btn--block cp-only-phone" type="button" @click="emit('close')">{{ t('show_results') }}</button>
        <button class="cp-btn cp-btn--neutral cp-btn--block" type="button" data-action="save-view" @click="emit('save')"><span class="cp-icon" translate="no" aria-hidden="true">bookmark_add</span>{{ t('save_view') }}</button>
      </div>
    </aside>`,
};
