/* Which rows are on screen: offsets, the height of the scrolled body, and its scale when a list is taller than a browser can draw.
   Why not Python: computed at each frame of scrolling. */

const TALLEST = 12_000_000; // px; browsers give up between 17 and 33 million
const MARGIN = 6; // rows drawn beyond the edges

export class Position {
  constructor() {
    Object.assign(this, { row: 36, total: 0, top: 0, view: 600, head: 32 });
  }

  get height() {
    return this.total * this.row;
  }

  /** The height of the body element. */
  get drawn() {
    return Math.min(this.height, TALLEST);
  }

  /** List pixels for one pixel of the scroll bar: 1 but for lists of more than 333,000 rows. */
  get scale() {
    const room = this.view - this.head;
    return this.height > TALLEST ? (this.height - room) / (TALLEST - room) : 1;
  }

  /** How far the list is scrolled, in its own pixels. */
  get offset() {
    return this.top * this.scale;
  }

  /** How many row elements are enough: a row takes the one that another row left. */
  get slots() {
    return Math.ceil(this.view / this.row) + 2 * MARGIN + 2;
  }

  /** Index of the first and last row to draw: always as many, so that scrolling neither adds nor removes elements. */
  range() {
    const first = Math.max(0, Math.min(Math.floor(this.offset / this.row) - MARGIN, this.total - this.slots));
    return { first, last: Math.min(this.total, first + this.slots) - 1 };
  }

  /** Index of the first and last row that can be seen. */
  seen() {
    const room = this.view - this.head;
    return { first: Math.min(Math.floor((this.offset + this.row / 2) / this.row), Math.max(0, this.total - 1)), last: Math.min(this.total - 1, Math.floor((this.offset + room - 1) / this.row)) };
  }

  /** Where row `index` stands in the body, in pixels of the page. */
  y(index) {
    return Math.round(index * this.row - this.offset + this.top);
  }

  /** The scroll position that shows row `index`, or the present one when it is in sight. */
  reveal(index, below = 64) {
    const room = this.view - this.head - below;
    const start = index * this.row;
    if (start < this.offset) return start / this.scale;
    if (start + this.row > this.offset + room) return (start + this.row - room) / this.scale;
    return this.top;
  }
}
