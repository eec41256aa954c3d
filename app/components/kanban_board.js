/* The board: lanes with figures, cards that are dragged by mouse, touch and keyboard, closing zones.
   Why not Python: dragging follows the pointer frame by frame, and 5,000 cards as server elements would freeze everybody.

   Python gives: the module (services/describe.py), the question (view, filter, q, sort, by, total), words. It hears: count, create, group.
   Cards come by JSON from app/api/board.py. Parts: board/*.js. Invariant: what the server refuses glides back and says why. */

import { computed, nextTick, onBeforeUnmount, onMounted, reactive, ref, watch } from "vue";
import { addWords, formatMoney } from "comptoir-kinds";
import { BoardTools, drawCard, ReasonDialog, useDragging, useLanes } from "comptoir-board";

const Card = (props) => drawCard(props.of);
Card.props = ["of"];

const LANE = `
  <section v-for="lane in state.lanes" :key="String(lane.value)" class="cp-lane" data-testid="kanban-column" :data-id="String(lane.value)" :style="{'--cp-ramp': ramp(lane)}" :class="{'is-collapsed': isCollapsed(lane), 'is-over': drag.over === key(lane.value)}" :aria-label="lane.label" @click="isCollapsed(lane) && toggle(lane)">
    <div class="cp-lane-head">
      <div class="cp-lane-name"><h2>{{ lane.label }}</h2><span class="cp-count num">{{ number(lane.count) }}</span><span class="cp-spacer"></span><span v-if="lane.probability !== null && lane.probability !== undefined" class="cp-faint num">{{ percent(lane.probability) }}</span></div>
      <div class="cp-lane-sum"><span v-if="lane.sum !== null" class="cp-lane-total num" :title="state.mixed ? t('about') : undefined">{{ sum(lane.sum) }}</span><span class="cp-spacer"></span>
        <button class="cp-iconbtn cp-iconbtn--small cp-lane-toggle" type="button" :aria-expanded="isCollapsed(lane) ? 'false' : 'true'" :aria-label="t(isCollapsed(lane) ? 'expand' : 'collapse', {name: lane.label})" @click.stop="toggle(lane)"><span class="cp-icon cp-icon--sm" aria-hidden="true" translate="no">{{ isCollapsed(lane) ? 'unfold_more' : 'unfold_less' }}</span></button></div>
    </div>
    <div class="cp-lane-cards" :data-drop="key(lane.value)" @scroll.passive="scrolled($event, lane)">
      <article v-for="card in lane.cards" :key="card.id" class="cp-kcard" data-testid="kanban-card" :data-id="card.id" tabindex="0" :aria-label="card.title" :aria-description="t('card_help')" :class="{'is-flash': flashing.has(card.id), 'is-dragging': drag.grabbed === card.id}" @click="open($event, card)" @keydown="keydown($event, card, lane)"><Card :of="{card, module, board, t}"/></article>
      <div class="cp-lane-end" aria-hidden="true"></div>
    </div>
    <div class="cp-lane-foot"><button v-if="module.can.includes('create')" class="cp-linkbtn cp-linkbtn--quiet" type="button" :aria-label="t('add_to', {name: lane.label})" @click="$emit('create', {[state.by]: lane.value})"><span class="cp-icon" aria-hidden="true" translate="no">add</span>{{ t('add') }}</button><span class="cp-spacer"></span>
      <button v-if="lane.next" class="cp-linkbtn" type="button" :aria-busy="lane.busy ? 'true' : undefined" @click="more(lane)">{{ t(left(lane) === 1 ? 'more_one' : 'more_many', {n: number(left(lane))}) }}</button></div>
  </section>`;

const ZONES = `
  <div v-if="state.zones.length && module.can.includes('edit')" class="cp-zones">
    <div v-for="zone in state.zones" :key="zone.kind" class="cp-zone" :class="[zone.kind === 'won' ? 'cp-zone--ok' : 'cp-zone--da', {'is-over': drag.over === zone.kind}]" :data-zone="zone.kind" :data-drop="zone.kind" :data-id="zone.kind">
      <span class="cp-icon" aria-hidden="true" translate="no">{{ zone.kind === 'won' ? 'trophy' : 'block' }}</span><span>{{ t(zone.kind + '_month') }}</span><span class="cp-count num">{{ number(zone.count) }}</span><span class="cp-spacer"></span><b v-if="zone.sum !== null" class="num">{{ sum(zone.sum) }}</b></div>
  </div>`;

const WAITING = `
  <section v-for="n in 5" :key="n" class="cp-lane" aria-hidden="true"><div class="cp-lane-head"><span class="cp-skeleton cp-skeleton--title" style="width:60%"></span></div><div class="cp-lane-cards"><div v-for="m in 3" :key="m" class="cp-kcard"><span class="cp-skeleton" style="width:80%"></span><span class="cp-skeleton" style="width:55%"></span></div></div></section>`;

export default {
  components: { BoardTools, Card, ReasonDialog },
  props: { module: Object, url: String, query: Object, strings: Object },
  emits: ["count", "create", "group"],
  setup(props, { emit, expose }) {
    addWords(props.strings);
    const root = ref(null);
    const spoken = ref("");
    const asking = reactive({ zone: null, id: "", index: 0, resolve: null });
    const slow = ref(false);
    setTimeout(() => (slow.value = true), 150);
    const t = (key, params = {}) => (props.strings[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
    const lanes = useLanes(props, emit);
    const { state } = lanes;
    const board = computed(() => ({ card: props.module.board?.card || [] }));
    const reasonField = computed(() => props.module.fields.find((field) => field.name === "reason_for_loss"));

    const dragging = useDragging(root, {
      lanes: () => state.lanes, zones: () => state.zones, laneOf: lanes.laneOf, isCollapsed: lanes.isCollapsed, toggle: lanes.toggle, drop,
      say: (key, params) => (spoken.value = t(key, params)),
    });

    /* Resolves to whether the card moved. A closing zone first asks what the rules want to know. */
    async function drop(id, target, index) {
      if (!target.zone) return lanes.move(id, target.lane, index);
      const zone = state.zones.find((one) => one.kind === target.zone);
      if (zone.kind === "won" && zone.values.length === 1) return lanes.move(id, zone.values[0].value, 0);
      const answer = await new Promise((resolve) => Object.assign(asking, { zone, id, resolve }));
      asking.zone = null;
      return answer ? lanes.move(id, answer.stage, 0, answer.values) : false;
    }

    function open(event, card) {
      if (event.target.closest("button") || dragging.drag.active) return;
      const link = event.currentTarget.querySelector(".cp-kcard-title");
      if (event.ctrlKey || event.metaKey || event.button === 1) return event.target.closest("a") ? undefined : window.open(link.href, "_blank");
      event.preventDefault();
      window.comptoir.navigate(new URL(link.href).pathname);
    }

    function scrolled({ target }, lane) {
      if (target.scrollTop + target.clientHeight > target.scrollHeight - 200) lanes.more(lane);
    }

    const format = new Intl.NumberFormat(window.comptoir.lang);
    const whole = (amount) => formatMoney(String(Math.round(Number(amount))), window.comptoir.currency);
    const ramp = (lane) => (/^r\d$/.test(lane.colour) ? `var(--${lane.colour})` : lane.colour ? `var(--${lane.colour}t)` : undefined);

    const drawn = () => [lanes.empty.value, state.loading, Boolean(state.error), state.zones.length, ...state.lanes.map((lane) => String(lane.value))].join("\n");
    watch(drawn, () => nextTick(dragging.attach)); // the lists are other elements now
    let waiting = 0;
    const refresh = () => {
      clearTimeout(waiting);
      if (dragging.drag.active || dragging.drag.grabbed || asking.zone) waiting = setTimeout(refresh, 600); // not under somebody's hand
      else lanes.load();
    };
    const group = (change) => {
      const next = change.by ? { ...change, total: "" } : change;
      lanes.apply(next);
      emit("group", next);
    };
    onMounted(() => {
      lanes.load();
      window.addEventListener("comptoir:undone", refresh);
    });
    onBeforeUnmount(() => {
      clearTimeout(waiting);
      window.removeEventListener("comptoir:undone", refresh);
    });
    expose({ refresh, apply: lanes.apply });
    return {
      ...lanes, ...dragging, root, spoken, asking, slow, t, board, reasonField, open, scrolled, ramp, refresh, group,
      key: (value) => JSON.stringify(value ?? null),
      number: (n) => format.format(n),
      percent: (n) => new Intl.NumberFormat(window.comptoir.lang, { style: "percent" }).format(n / 100),
      sum: (amount) => (state.mixed ? "≈ " : "") + whole(amount).replace(/([.,]00)(?=\D*$)/, ""),
      left: (lane) => lane.count - lane.cards.length,
    };
  },
  template: `
    <div ref="root" class="cp-boardwrap">
      <div v-if="state.error" class="cp-empty cp-empty--error" role="alert"><span class="cp-empty-badge"><span class="cp-icon cp-icon--lg" aria-hidden="true" translate="no">cloud_off</span></span><h2 class="cp-empty-title">{{ t('error_title') }}</h2><p class="cp-empty-text">{{ state.error.message }}</p><div class="cp-empty-actions"><button class="cp-btn cp-btn--primary" type="button" @click="load">{{ t('retry') }}</button></div></div>
      <div v-else-if="empty" class="cp-empty" data-testid="kanban-board"><span class="cp-empty-art" aria-hidden="true"></span><h2 class="cp-empty-title">{{ t('empty_title') }}</h2><p class="cp-empty-text">{{ t('empty_text') }}</p><div class="cp-empty-actions"><button v-if="module.can.includes('create')" class="cp-btn cp-btn--primary" type="button" @click="$emit('create', {})"><span class="cp-icon" aria-hidden="true" translate="no">add</span>{{ module.new }}</button></div></div>
      <template v-else>
        <BoardTools v-if="!state.loading" :module="module" :state="state" :t="t" :sum="sum" :number="number" @group="group"/>
        <div class="cp-board" data-testid="kanban-board" :class="{'is-dragging': drag.active}" :aria-busy="state.loading ? 'true' : undefined"><template v-if="state.loading"><template v-if="slow">${WAITING}</template></template><template v-else>${LANE}</template></div>
        ${ZONES}
      </template>
      <div class="cp-sr" role="status" aria-live="assertive">{{ spoken }}</div>
      <ReasonDialog v-if="asking.zone" :zone="asking.zone" :field="reasonField" :t="t" @done="asking.resolve($event)" @cancel="asking.resolve(null)"/>
    </div>`,
};
