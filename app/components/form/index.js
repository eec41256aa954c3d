/* The parts of forms, see record_form.js. Why not Python: typing must survive when the server does not answer. */

export { useDraft } from "./draft.js";
export { LeaveDialog, useGuard } from "./guard.js";
