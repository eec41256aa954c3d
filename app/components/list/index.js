/* What the record table and its filter panel are made of; their surfaces are components/record_table.js and filter_panel.js.
   Why not Python: see each file. */

export { ColumnMenu } from "./column_menu.js";
export { Columns, nextSort } from "./columns.js";
export { adapt, asMessage, criterionOn, facetFields, isComplete, joinedBy, operatorOf } from "./criteria.js";
export { Editing } from "./editing.js";
export { Grid, inField } from "./grid.js";
export { MassBar } from "./mass_bar.js";
export { MoreDialog } from "./more_dialog.js";
export { PeekPanel } from "./peek.js";
export { phoneLayout, phoneRow } from "./phone_row.js";
export { Position } from "./position.js";
export { Rows } from "./rows.js";
export { Selection } from "./selection.js";
export { useTable } from "./table.js";
export { ValueControl } from "./value_control.js";
