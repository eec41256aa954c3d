/* Kind "text": one line, perhaps with somewhere to go (`href` of the field: mailto, tel or url).
   Why not Python: drawn while scrolling. */

import { h } from "vue";
import { lineEditor } from "./input.js";

const INPUT_TYPES = { mailto: "email", tel: "tel", url: "url" };

export const text = {
  text: (value) => (value === null || value === undefined ? "" : String(value)),
  cell(value, field) {
    if (value === null || value === undefined || value === "") return null;
    const href = addressOf(value, field);
    const shown = field.href === "url" ? String(value).replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "") : String(value);
    if (!href) return h("span", { class: "cp-td-text", dir: "auto" }, shown);
    const outside = field.href === "url" ? { target: "_blank", rel: "noopener noreferrer" } : {};
    return h("a", { class: "cp-td-text cp-celllink", href, tabindex: -1, dir: "auto", ...outside }, shown);
  },
  editor: lineEditor("CpTextEditor", text_, (props) => ({
    dir: "auto",
    maxlength: props.field.max_length ? props.field.max_length * 2 : undefined, // the server says what is too long; this only spares the memory
    inputmode: INPUT_TYPES[props.field.href],
  })),
};

function text_(value) {
  return value === null || value === undefined ? "" : String(value);
}

/** Where a text leads: only mailto:, tel:, http: and https:, whatever somebody typed. */
export function addressOf(value, field) {
  if (field.href === "mailto") return `mailto:${encodeURIComponent(value).replace("%40", "@")}`;
  if (field.href === "tel") return `tel:${String(value).replace(/[^\d+*#]/g, "")}`;
  if (field.href !== "url") return "";
  const address = /^[a-z][a-z0-9+.-]*:/i.test(value) ? value : `https://${value}`;
  return /^https?:\/\//i.test(address) ? address : "";
}
