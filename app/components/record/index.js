/* The parts of the record page, see record_sheet.js. Why not Python: each field is edited in place, key by key. */

export { Facts } from "./facts.js";
export { NextAction } from "./next_action.js";
export { Notes } from "./notes.js";
export { RelatedList } from "./related.js";
export { StageHistory } from "./stage_history.js";
export { StagePath } from "./stage_path.js";
export { Timeline } from "./timeline.js";
export { useRecord } from "./state.js";
