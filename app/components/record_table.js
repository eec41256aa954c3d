/* The record table: 100,000 rows in a scroller that holds only what is visible; sort, columns, selection, editing in place.
   Why not Python: rows, cells and focus follow the scroll bar and the keys frame by frame (60 a second); as server elements a
   screen of rows would cost 400 objects and 50 ms of the event loop for everybody.

   Python gives: the module (services/describe.py), the question (view, filter, q, sort), columns, words. It hears: sort, columns,
   count, selection, and the buttons of the empty state. Rows come by JSON from app/api/records.py. Behaviour: list/table.js. */

import { drawCell, KindEditor } from "comptoir-kinds";
import { ColumnMenu, MassBar, MoreDialog, PeekPanel, phoneRow, useTable } from "comptoir-list";

const Cell = (props) => drawCell(props.value, props.field, props.row);
Cell.props = ["value", "field", "row"];
const PhoneRow = (props) => phoneRow(props.of);
PhoneRow.props = ["of"];

const HEAD = `
  <div v-if="!phone" class="cp-thead" role="row" aria-rowindex="1">
    <div class="cp-th cp-th--check" role="columnheader" aria-colindex="1"><input class="cp-checkbox" type="checkbox" tabindex="-1" :aria-label="t('select_screen')" :checked="screen.all" :indeterminate="screen.some && !screen.all" @change="selectScreen($event.target.checked)"></div>
    <div v-for="(field, col) in columns.list.value" :key="field.name" class="cp-th" role="columnheader" :aria-colindex="col + 2" :data-head="field.name"
        :class="{'cp-th--pin': col === 0, 'cp-th--num': columns.numeric(field), 'is-over': columns.state.over === field.name, 'is-dragged': columns.state.dragged === field.name}"
        :aria-sort="sortOf(field) < 0 ? undefined : sort[sortOf(field)][1] === 'asc' ? 'ascending' : 'descending'">
      <button class="cp-th-btn" type="button" :data-cell="'head-' + col" :tabindex="isActive(-1, col) ? 0 : -1" :title="field.help || undefined" :aria-disabled="field.sortable ? undefined : 'true'"
          @focus="grid.active.row = -1; grid.active.col = col" @pointerdown="columns.drag($event, field, root)" @click="sortBy(field, $event.shiftKey)">{{ field.label }}<template v-if="sortOf(field) >= 0"><span class="cp-icon cp-icon--sm" translate="no" aria-hidden="true">{{ sort[sortOf(field)][1] === 'asc' ? 'arrow_upward' : 'arrow_downward' }}</span><span v-if="sort.length > 1" class="cp-th-rank num" aria-hidden="true">{{ sortOf(field) + 1 }}</span></template></button>
      <span class="cp-th-grip" :class="{'is-active': columns.state.resizing === field.name}" aria-hidden="true" @pointerdown="columns.grab($event, field)" @dblclick.stop="columns.fit(field, root)"></span>
    </div>
  </div>`;

const CELL = `
  <div v-for="(field, col) in columns.list.value" :key="field.name" class="cp-td" role="gridcell" :aria-colindex="col + 2" :data-field="field.name" :data-cell="index + '-' + col"
      :class="{'cp-td--name cp-td--pin': col === 0, 'cp-td--num num': columns.numeric(field), 'is-editing': editing.isOpen(row, field), 'is-pending': editing.of(row, field)?.pending, 'is-refused': editing.of(row, field)?.problem}"
      :tabindex="isActive(index, col) && !editing.isOpen(row, field) ? 0 : -1" :aria-readonly="editing.allows(row, field) ? undefined : 'true'" :aria-invalid="editing.of(row, field)?.problem ? 'true' : undefined"
      @focus="grid.active.row = index; grid.active.col = col" @dblclick="startEdit(row, field)">
    <KindEditor v-if="editing.isOpen(row, field)" autofocus :key="'e' + row.id + field.name" :field="field" :value="editing.state.value === undefined ? row.cells[field.name] : editing.state.value" :row="row" :label="field.label" :initial="editing.state.initial"
        :invalid="Boolean(editing.of(row, field)?.problem)" :describedby="editing.of(row, field)?.problem ? 'cp-refused' : undefined" @save="(raw, detail) => saved(row, field, raw, detail)" @cancel="cancelled(row, field)"/>
    <template v-else-if="editing.of(row, field)">
      <Cell v-if="'value' in editing.of(row, field)" :value="editing.of(row, field).value" :field="field" :row="row"/><span v-else class="cp-td-text" dir="auto">{{ editing.of(row, field).text }}</span>
    </template>
    <template v-else-if="col === 0"><a class="cp-rowlink" :href="recordPath(module.slug, row.id)" tabindex="-1" dir="auto">{{ row.title }}</a></template>
    <Cell v-else :value="row.cells[field.name]" :field="field" :row="row"/>
    <button v-if="col === 0 && !editing.isOpen(row, field)" class="cp-peek" type="button" tabindex="-1" :aria-label="t('peek_named', {name: row.title})" :title="t('peek')" @click.stop="peek(index, true)"><span class="cp-icon" translate="no" aria-hidden="true">right_panel_open</span></button>
    <button v-if="col > 0 && leads(field) && editing.allows(row, field) && !editing.isOpen(row, field)" class="cp-peek" type="button" tabindex="-1" :aria-label="t('edit_named', {name: field.label})" :title="t('edit')" @click.stop="startEdit(row, field)"><span class="cp-icon cp-icon--sm" translate="no" aria-hidden="true">edit</span></button>
    <div v-if="editing.of(row, field)?.problem && (editing.isOpen(row, field) || isActive(index, col))" class="cp-cell-error" id="cp-refused" role="alert">{{ editing.of(row, field).problem }}
      <span v-if="editing.of(row, field).conflict" class="cp-cell-choice"><button class="cp-linkbtn" type="button" @mousedown.prevent @click="editing.close(); editing.insist(row, field)">{{ t('keep_mine') }}</button><button class="cp-linkbtn" type="button" @mousedown.prevent @click="editing.close(); editing.giveIn(row, field)">{{ t('keep_theirs') }}</button></span></div>
  </div>`;

const BODY = `
  <div class="cp-tbody" :role="phone ? 'list' : 'rowgroup'" :aria-label="phone ? module.plural : undefined" :style="{height: bodyHeight}">
    <template v-for="{index, row, y, key} in visible" :key="key">
      <template v-if="phone"><div v-if="row" role="listitem"><PhoneRow :of="card({row, index, y})"/></div><div v-else class="cp-phonerow cp-phonerow--skeleton" aria-hidden="true" :style="{transform: 'translateY(' + y + 'px)'}"><span class="cp-skeleton cp-skeleton--avatar"></span><span class="cp-skeleton" style="width:60%"></span></div></template>
      <div v-else-if="row" class="cp-tr" role="row" data-testid="record-row" :data-id="row.id" :aria-rowindex="index + 2" :aria-selected="selection.has(row.id) ? 'true' : 'false'" :class="{'is-active': peeked === row.id, 'is-flash': flashing.has(row.id), 'is-editing-row': editing.state.id === row.id, 'has-refused': editing.refused(row)}" :style="{transform: 'translateY(' + y + 'px)'}">
        <div class="cp-td cp-td--check" role="gridcell" aria-colindex="1"><input class="cp-checkbox" type="checkbox" tabindex="-1" :aria-label="t('select_named', {name: row.title})" :checked="selection.has(row.id)" @click="tick($event, row, index)"></div>${CELL}
      </div>
      <div v-else class="cp-tr cp-tr--skeleton" role="row" :aria-rowindex="index + 2" :style="{transform: 'translateY(' + y + 'px)'}"><div class="cp-td cp-td--check" role="gridcell"></div><div v-for="(field, col) in columns.list.value" :key="field.name" class="cp-td" role="gridcell"><span class="cp-skeleton" aria-hidden="true" :style="{width: (45 + ((index * 7 + col * 13) % 40)) + '%'}"></span></div></div>
    </template>
  </div>`;

const STATES = `
  <div v-if="rowsError && !visible.some((one) => one.row)" class="cp-empty cp-empty--error" role="alert">
    <span class="cp-empty-badge"><span class="cp-icon cp-icon--lg" translate="no" aria-hidden="true">cloud_off</span></span>
    <h2 class="cp-empty-title">{{ t('error_title') }}</h2>
    <p class="cp-empty-text">{{ rowsError.status ? rowsError.message : t('error_offline', {time: clock(rowsError.since)}) }}</p>
    <div class="cp-empty-actions"><button class="cp-btn cp-btn--primary" type="button" @click="rows.retry(Math.floor(drawn.first / 100))"><span class="cp-icon" translate="no" aria-hidden="true">refresh</span>{{ t('retry') }}</button><button v-if="filtered && rowsError.status === 422" class="cp-btn cp-btn--neutral" type="button" @click="emit('clear')">{{ t('clear_filters') }}</button></div>
    <p class="cp-caption cp-faint"><template v-if="rowsError.code">{{ t('reference', {code: rowsError.code}) }}</template><template v-if="rowsError.code && rowsError.retryIn"> · </template><template v-if="rowsError.retryIn">{{ t('retry_in', {n: rowsError.retryIn}) }}</template></p>
  </div>
  <div v-else-if="total === 0 && filtered" class="cp-empty"><h2 class="cp-empty-title">{{ t('nothing_found') }}</h2><p class="cp-empty-text">{{ t('nothing_found_text') }}</p><div class="cp-empty-actions"><button class="cp-btn cp-btn--neutral" type="button" @click="emit('clear')">{{ t('clear_filters') }}</button></div></div>
  <div v-else-if="total === 0" class="cp-empty"><span class="cp-empty-art" aria-hidden="true"></span><h2 class="cp-empty-title">{{ t('empty_title') }}</h2><p class="cp-empty-text">{{ t('empty_text') }}</p>
    <div class="cp-empty-actions"><button v-if="module.can.includes('create')" class="cp-btn cp-btn--primary" type="button" @click="emit('create')"><span class="cp-icon" translate="no" aria-hidden="true">add</span>{{ module.new }}</button><button v-if="module.can.includes('import')" class="cp-btn cp-btn--neutral" type="button" @click="emit('import')"><span class="cp-icon" translate="no" aria-hidden="true">upload</span>{{ t('import_file') }}</button></div></div>`;

export default {
  components: { Cell, ColumnMenu, KindEditor, MassBar, MoreDialog, PeekPanel, PhoneRow },
  props: { module: Object, url: String, query: Object, sort: Array, columns: Array, widths: Object, defaults: Array, strings: Object },
  emits: ["sort", "columns", "count", "selection", "create", "import", "clear", "export", "filters"],
  setup(props, { emit, expose }) {
    return useTable(props, emit, expose);
  },
  template: `
    <div ref="root" class="cp-table" data-testid="record-table" :class="{'is-scrolled': scrolled, 'is-phone': phone}" :style="{'--cp-cols': columns.template.value, '--cp-width': columns.total.value + 'px'}">
      <div ref="scroller" class="cp-table-scroll" :role="phone ? undefined : 'grid'" :aria-label="phone ? undefined : module.plural" :aria-rowcount="phone ? undefined : (total === null ? -1 : total + 1)" :aria-colcount="phone ? undefined : columns.list.value.length + 1" :aria-multiselectable="phone ? undefined : 'true'" :aria-busy="total === null && !rowsError ? 'true' : undefined"
          tabindex="-1" @scroll.passive="onScroll" @keydown="keydown" @focusout="left">
        ${HEAD}
        ${STATES}
        <template v-else>${BODY}</template>
      </div>
      <div class="cp-table-foot">
        <span class="num">{{ countText }}</span>
        <template v-for="sum in sums" :key="sum.field.name"><span class="cp-middot" aria-hidden="true">·</span><span class="cp-hide-phone">{{ sum.field.label }}</span> <span class="num cp-strong"><Cell :value="sum.value" :field="sum.field" :row="null"/></span></template>
        <span class="cp-spacer"></span>
        <button v-if="rowsError && visible.some((one) => one.row)" class="cp-linkbtn cp-linkbtn--danger" type="button" @click="rows.retry(Math.floor(drawn.first / 100))">{{ t('not_loaded') }} {{ t('retry') }}</button>
        <span class="num" data-testid="list-position">{{ positionText }}</span>
      </div>
      <MassBar v-if="selected" :module="module" :count="selected" :total="total || 0" :all="selection.state.all" :busy="acting" @all="selection.selectAll()" @clear="selection.clear()" @act="act" @export="emit('export', selection.asJson())"/>
      <PeekPanel v-if="peeked" :id="peeked" :module="module" :url="url" :version="peekedVersion" @close="peeked = ''" @step="(n) => grid.go(grid.active.row + n)"/>
      <ColumnMenu v-if="choosing" ref="chooser" :columns="columns" :defaults="defaults" @close="choosing = false"/>
      <MoreDialog v-if="editing.more.value" :more="editing.more.value" @save="completed" @cancel="incomplete"/>
      <span v-if="dragged" class="cp-th-ghost" aria-hidden="true" :style="{left: dragged.x + 'px', top: dragged.y + 'px'}">{{ dragged.label }}</span>
    </div>`,
};
