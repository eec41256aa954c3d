/* Which column of a file is which field: a row a column, with its first values, the field it goes to, and what its words mean.
   Why not Python: thirty columns with fifty fields to choose from would be two thousand elements kept on the server.
   Invariant: what is chosen is shown at once and told to the server, which answers with problems and with the words to settle. */

export default {
  props: { columns: Array, fields: Array, types: Array, targets: Object, problems: Object, words: Object, strings: Object, creating: Boolean },
  emits: ["target", "word"],
  data() {
    return { local: { ...this.targets } };
  },
  watch: {
    targets(now) {
      this.local = { ...now };
    },
  },
  template: `
    <div class="cp-scroll-x" tabindex="0" role="region" :aria-label="strings.title" data-testid="mapping-table">
      <table class="cp-minitable cp-mapping">
        <thead><tr><th scope="col">{{ strings.column }}</th><th scope="col">{{ strings.examples }}</th><th scope="col">{{ strings.field }}</th></tr></thead>
        <tbody v-for="column in columns" :key="column.key">
          <tr :data-id="column.key">
            <td class="cp-strong" dir="auto" translate="no">{{ column.label }}</td>
            <td><span class="cp-mapping-samples" dir="auto" translate="no">{{ column.samples.join(' · ') || strings.empty }}</span></td>
            <td>
              <div class="cp-mapping-target">
                <select class="cp-select" :aria-label="strings.field_of.replace('{column}', column.label)" :aria-invalid="problems[column.key] ? 'true' : null"
                        :value="choice(column.key)" @change="choose(column, $event.target.value)">
                  <option value="">{{ strings.leave_out }}</option>
                  <option v-if="creating" value="new">{{ strings.new_field }}</option>
                  <optgroup v-for="group in fields" :key="group.label" :label="group.label">
                    <option v-for="field in group.options" :key="field.value" :value="'=' + field.value">{{ field.label }}</option>
                  </optgroup>
                </select>
                <template v-if="isNew(column.key)">
                  <input class="cp-input" type="text" maxlength="80" :aria-label="strings.new_label.replace('{column}', column.label)"
                         :value="local[column.key].new" @change="rename(column, $event.target.value)">
                  <select class="cp-select" :aria-label="strings.new_type.replace('{column}', column.label)" :value="local[column.key].type"
                          @change="retype(column, $event.target.value)">
                    <option v-for="type in types" :key="type.value" :value="type.value">{{ type.label }}</option>
                  </select>
                </template>
                <span v-else-if="column.why" class="cp-caption cp-faint">{{ column.why }}</span>
              </div>
              <span v-if="problems[column.key]" class="cp-error"><span class="cp-icon cp-icon--sm" aria-hidden="true">error</span><span>{{ problems[column.key] }}</span></span>
            </td>
          </tr>
          <tr v-for="word in words[column.key] || []" :key="column.key + word.cell" class="cp-mapping-word">
            <td></td>
            <td><span dir="auto" translate="no">{{ strings.quoted.replace('{word}', () => word.cell) }}</span> <span class="cp-faint">{{ strings.means }}</span></td>
            <td>
              <select class="cp-select" :aria-label="strings.meaning_of.replace('{word}', word.cell)" :value="word.value"
                      @change="$emit('word', { column: column.key, cell: word.cell, value: $event.target.value })">
                <option value="">{{ strings.not_in_list }}</option>
                <option v-for="option in word.options" :key="option.value" :value="option.value">{{ option.label }}</option>
              </select>
            </td>
          </tr>
        </tbody>
      </table>
    </div>`,
  methods: {
    isNew(key) {
      return this.local[key] !== null && typeof this.local[key] === "object";
    },
    choice(key) {
      const target = this.local[key];
      return this.isNew(key) ? "new" : target ? `=${target}` : "";
    },
    choose(column, value) {
      this.aim(column, value === "new" ? { new: column.offer.new, type: column.offer.type } : value ? value.slice(1) : null);
    },
    rename(column, label) {
      this.aim(column, { new: label, type: this.local[column.key].type });
    },
    retype(column, type) {
      this.aim(column, { new: this.local[column.key].new, type });
    },
    aim(column, target) {
      this.local = { ...this.local, [column.key]: target }; // the next choice may come before the server's answer
      this.$emit("target", { column: column.key, target });
    },
  },
};
