/* The parts of the board, see kanban_board.js. Why not Python: dragging follows the pointer frame by frame. */

export { drawCard } from "./card.js";
export { useDragging } from "./dragging.js";
export { useLanes } from "./lanes.js";
export { ReasonDialog } from "./reason.js";
export { BoardTools } from "./tools.js";
