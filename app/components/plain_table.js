/* A table of texts to read: previews of files, rows side by side. Why not Python: a thousand cells would be a thousand elements kept on
   the server. Texts are shown as texts, never as markup. */

export default {
  props: { columns: Array, rows: Array, label: String, numbered: Boolean, wrap: Boolean },
  template: `
    <div class="cp-scroll-x" tabindex="0" role="region" :aria-label="label">
      <table class="cp-minitable" :class="{ 'cp-minitable--plain': !wrap }">
        <thead><tr><th v-for="(column, i) in columns" :key="i" scope="col"><span dir="auto" translate="no">{{ column }}</span></th></tr></thead>
        <tbody>
          <tr v-for="(row, i) in rows" :key="i" :class="row.look ? 'is-' + row.look : ''">
            <td v-for="(cell, j) in row.cells" :key="j" :class="{ num: numbered && j === 0 }" dir="auto" translate="no">
              <template v-if="cell !== null && typeof cell === 'object'">
                <span v-if="cell.chip" class="cp-chip" :class="'cp-chip--' + cell.chip" translate="yes">{{ cell.text }}</span>
                <template v-else><span class="cp-old">{{ cell.old }}</span> <span aria-hidden="true">→</span> <span class="cp-new">{{ cell.text }}</span></template>
              </template>
              <template v-else>{{ cell }}</template>
            </td>
          </tr>
        </tbody>
      </table>
    </div>`,
};
