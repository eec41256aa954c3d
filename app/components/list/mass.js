/* Sends an action on the selection and says what came of it, with its undo or the job that does it.
   Why not Python: the selection lives in the browser. */

import { language, t } from "comptoir-kinds";
import { ref } from "vue";

/** `done()` is called after the records were changed. `act(action, values, answered)`: `answered("")`, or with what is wrong. */
export function useMass({ url, selection, question, done }) {
  const acting = ref(false);
  const act = async (action, values, answered = () => {}) => {
    acting.value = true;
    const count = selection.count.value;
    try {
      const body = { action, values, ...selection.asJson(), ...(selection.state.all ? { view: question.view, filter: question.filter, q: question.q } : {}) };
      const answer = await window.comptoir.fetch(`${url}/mass`, { method: "POST", body });
      answered("");
      announce(action, answer, count);
      selection.clear();
      done();
    } catch (error) {
      const message = Object.values(error.fields || {})[0] || error.message;
      if (action === "delete") window.comptoir.toast(message, { kind: "error" });
      else answered(message);
    } finally {
      acting.value = false;
    }
  };
  return { acting, act };
}

function announce(action, answer, count) {
  const number = (n) => ({ n: n.toLocaleString(language()), count: n });
  const text = answer.job ? t("job_started", number(count)) : t(`done_${action}`, number(answer.done ?? count));
  window.comptoir.toast(text, answer.job ? { link: `/jobs/${answer.job}` } : { undo: answer.undo });
  if (answer.refused) window.comptoir.toast(t("failed", { ...number(answer.refused), why: answer.failed[0].message }), { kind: "warning" });
}
