/* What the record table is made of; its surface is components/record_table.js.
   Why not Python: see each file. */

export { ColumnMenu } from "./column_menu.js";
export { Columns, nextSort } from "./columns.js";
export { Editing } from "./editing.js";
export { Grid, inField } from "./grid.js";
export { MassBar } from "./mass_bar.js";
export { PeekPanel } from "./peek.js";
export { phoneLayout, phoneRow } from "./phone_row.js";
export { Position } from "./position.js";
export { Rows } from "./rows.js";
export { Selection } from "./selection.js";
export { useTable } from "./table.js";
