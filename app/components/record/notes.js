/* Notes: a composer on top (Ctrl+Enter writes), the notes below, one's own to change or delete.
   Why not Python: typing must not wait for the server, and what was typed stays when it does not answer. Emits `changed`. */

import { onMounted, reactive, watch } from "vue";
import { avatar, formatInstant } from "comptoir-kinds";

const Avatar = (props) => avatar(props.id, props.name);
Avatar.props = ["id", "name"];

export const Notes = {
  components: { Avatar },
  props: { url: String, id: String, version: Number, t: Function },
  emits: ["changed"],
  setup(props, { emit }) {
    const draftKey = `cp-note:${window.comptoir.user?.id || ""}:${props.id}`;
    const state = reactive({ notes: null, text: localStorage.getItem(draftKey) || "", busy: false, problem: "", editing: "", edited: "" });
    watch(() => state.text, (text) => (text ? localStorage.setItem(draftKey, text) : localStorage.removeItem(draftKey)));

    async function load() {
      try {
        state.notes = (await window.comptoir.fetch(`${props.url}/notes`)).notes;
      } catch (error) {
        state.problem = error.message;
      }
    }
    async function act(call, text) {
      state.busy = true;
      state.problem = "";
      try {
        const answer = await call();
        window.comptoir.toast(text, { undo: answer.undo });
        await load();
        emit("changed");
        return true;
      } catch (error) {
        state.problem = error.fields?.content || error.message;
        return false;
      } finally {
        state.busy = false;
      }
    }
    async function add() {
      const content = state.text;
      const done = await act(() => window.comptoir.fetch(`${props.url}/notes`, { method: "POST", body: { content } }), props.t("note_added"));
      if (done && state.text === content) state.text = "";
    }
    async function change(note) {
      const body = { content: state.edited };
      if (await act(() => window.comptoir.fetch(`/api/ui/notes/${note.id}`, { method: "PATCH", body }), props.t("note_changed"))) state.editing = "";
    }
    const remove = (note) => act(() => window.comptoir.fetch(`/api/ui/notes/${note.id}`, { method: "DELETE" }), props.t("note_deleted"));
    const enter = (event, action) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        action();
      }
    };
    onMounted(load);
    watch(() => props.version, load);
    return { state, add, change, remove, enter, formatInstant };
  },
  template: `
    <section class="cp-card" id="list-notes" :aria-label="t('notes')">
      <div class="cp-card-head"><h2 class="cp-card-title">{{ t('notes') }}</h2><span v-if="state.notes" class="cp-count num">{{ state.notes.length }}</span></div>
      <div class="cp-card-body cp-stack">
        <form class="cp-composer" @submit.prevent="add">
          <textarea class="cp-textarea" rows="2" v-model="state.text" :aria-label="t('write_note')" :placeholder="t('write_note')" dir="auto" data-composer @keydown="enter($event, add)"></textarea>
          <div v-if="state.problem" class="cp-error" role="alert">{{ state.problem }}</div>
          <div v-if="state.text.trim()" class="cp-composer-foot"><button class="cp-btn cp-btn--neutral cp-btn--small" type="submit" :aria-busy="state.busy ? 'true' : undefined" :disabled="state.busy">{{ t('add_note') }}</button><span class="cp-caption cp-faint cp-hide-phone"><kbd class="cp-kbd">Ctrl</kbd> <kbd class="cp-kbd">↵</kbd></span></div>
        </form>
        <article v-for="note in state.notes || []" :key="note.id" class="cp-note" :data-id="note.id">
          <Avatar :id="note.by_id" :name="note.by"/>
          <div class="cp-note-main"><div class="cp-inline"><span class="cp-strong" translate="no">{{ note.by }}</span><time class="cp-caption cp-faint num" :datetime="note.at">{{ formatInstant(note.at) }}</time><span v-if="note.modified" class="cp-caption cp-faint">{{ t('modified') }}</span></div>
            <template v-if="state.editing === note.id"><textarea class="cp-textarea" rows="3" v-model="state.edited" :aria-label="t('edit_note')" @keydown="enter($event, () => change(note))" @keydown.esc.stop="state.editing = ''"></textarea><div class="cp-inline"><button class="cp-btn cp-btn--neutral cp-btn--small" type="button" @click="change(note)">{{ t('save') }}</button><button class="cp-linkbtn" type="button" @click="state.editing = ''">{{ t('cancel') }}</button></div></template>
            <template v-else><p class="cp-note-text" dir="auto">{{ note.content }}</p><div v-if="note.mine" class="cp-inline cp-note-actions"><button class="cp-linkbtn cp-linkbtn--quiet" type="button" @click="state.editing = note.id; state.edited = note.content">{{ t('edit') }}</button><button class="cp-linkbtn cp-linkbtn--quiet" type="button" @click="remove(note)">{{ t('delete') }}</button></div></template></div>
        </article>
      </div>
    </section>`,
};
