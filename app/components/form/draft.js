/* Drafts: at once in this browser (per person), a second later on the server. The newer of the two is offered when the form opens.
   Why not Python: the browser's copy is what survives a silent server. Invariant: only saving or its author drops a draft. */

import { onBeforeUnmount, reactive, ref } from "vue";

const DELAY = 1000; // ms of rest before the server gets it

export function useDraft({ form, server, typed, version }) {
  const key = `cp-draft:${window.comptoir.user?.id || ""}:${form}`;
  const url = `/api/ui/drafts/${form}`;
  const offered = ref(null);
  const state = reactive({ kept: "" });
  let waiting = 0;

  function begin() {
    const local = JSON.parse(localStorage.getItem(key) || "null");
    const newer = !server || (local && local.at > server.at) ? local : server;
    offered.value = newer && Object.keys(newer.values || {}).length ? newer : null;
  }

  /** Something was typed. */
  function keep() {
    offered.value = null;
    const kept = { values: { ...typed }, version: version(), at: new Date().toISOString() };
    localStorage.setItem(key, JSON.stringify(kept));
    state.kept = "draft_local";
    clearTimeout(waiting);
    waiting = setTimeout(() => send(kept), DELAY);
  }

  async function send(kept) {
    try {
      await window.comptoir.fetch(url, { method: "PUT", body: { values: kept.values, version: kept.version } });
      state.kept = "draft_kept";
    } catch (error) {
      state.kept = "draft_local"; // it stays here; the next letter tries again
    }
  }

  async function drop() {
    clearTimeout(waiting);
    offered.value = null;
    state.kept = "";
    localStorage.removeItem(key);
    try {
      await window.comptoir.fetch(url, { method: "DELETE" });
    } catch (error) {
      if (error.status) window.comptoir.toast(error.message, { kind: "error" });
    }
  }

  const taken = () => (offered.value = null);
  onBeforeUnmount(() => {
    clearTimeout(waiting);
    const local = localStorage.getItem(key);
    if (local && Object.keys(typed).length) send(JSON.parse(local));
  });
  return { offered, state, begin, keep, drop, taken };
}
