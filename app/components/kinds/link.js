/* Kinds "link", "links" and "person": other records and colleagues. The editors search on the server as one types, show what tells
   namesakes apart, and can make the missing record on the spot.
   Why not Python: see combo.js. */

import { h } from "vue";
import { comboEditor } from "./combo.js";
import { avatarColour, fold, initials } from "./format.js";
import { t } from "./words.js";

let people = null; // {at, list}: a small team, asked for once a minute at most
let searching = null; // the AbortController of the latest search

/** Where a record lives. */
export function recordPath(slug, id) {
  return `${window.path_prefix || ""}/${slug}/${id}`;
}

/** The avatar of a person or a company. */
export function avatar(id, name, { size = "", company = false } = {}) {
  const classes = ["cp-avatar", `cp-avatar--c${avatarColour(id)}`, size && `cp-avatar--${size}`, company && "cp-avatar--company"];
  return h("span", { class: classes, "aria-hidden": "true", translate: "no" }, initials(name));
}

function linkNode(value, field) {
  if (value.restricted) return h("span", { class: "cp-td-text cp-faint" }, t("restricted"));
  const slug = field.target?.slug || (field.targets || []).find((target) => target.api === value.module)?.slug;
  const name = value.deleted ? h("s", {}, value.title) : value.title;
  if (value.deleted || !slug) return h("span", { class: "cp-td-text", dir: "auto" }, [name]);
  return h("a", { class: "cp-td-text cp-celllink", href: recordPath(slug, value.id), tabindex: -1, dir: "auto" }, [name]);
}

/** A link with the picture of what it leads to, where there is room for it; `node` is the link as drawn. */
export function withAvatar(node, value, field) {
  const picture = field.target?.avatar;
  if (!picture || !value || value.restricted || field.cell !== "link") return node;
  return h("span", { class: "cp-linked" }, [avatar(value.id, value.title, { company: picture === "company" }), node]);
}

function linkOption(option) {
  return h("span", { class: "cp-option-main", translate: "no" }, [
    h("span", { class: "cp-option-title", dir: "auto" }, option.label),
    option.hint ? h("span", { class: "cp-option-hint", dir: "auto" }, option.hint) : null,
  ]);
}

async function search(field, text) {
  searching?.abort();
  searching = new AbortController();
  const { signal } = searching;
  if (text) await new Promise((resolve) => setTimeout(resolve, 120));
  if (signal.aborted) throw new DOMException("", "AbortError");
  const query = new URLSearchParams({ q: text, field: field.name, module: field.module || "" });
  const answer = await window.comptoir.fetch(`/api/ui/lookup/${field.target.slug}?${query}`, { signal });
  return answer.results.map(({ id, title, hint }) => ({ value: id, label: title, hint }));
}

async function createRecord(field, name) {
  const answer = await window.comptoir.fetch(`/api/ui/${field.target.slug}`, { method: "POST", body: { values: { [field.target.title]: name } } });
  window.comptoir.toast(t("created_named", { name }), { undo: answer.undo });
  return { value: answer.row.id, label: answer.row.title };
}

function linkSource(props, multiple) {
  const given = multiple ? props.value || [] : props.value ? [props.value] : [];
  return {
    multiple,
    chosen: () => given.filter((link) => !link.restricted).map((link) => ({ value: link.id, label: link.title })),
    options: async (text) => {
      const found = await search(props.field, text);
      return text || multiple || props.field.required ? found : [{ value: null, label: t("none") }, ...found];
    },
    create: props.field.target?.can_create && props.mode !== "filter" ? (name) => createRecord(props.field, name) : null,
    render: linkOption,
    placeholder: () => t("search"),
  };
}

const linkDisplay = (option) => (option && option.value !== null ? { id: option.value, title: option.label } : null);

export const link = {
  text: (value) => (value ? (value.restricted ? t("restricted") : value.title) : ""),
  cell: (value, field) => (value ? linkNode(value, field) : null),
  display: linkDisplay,
  editor: comboEditor("CpLinkEditor", (props) => linkSource(props, false)),
};

export const links = {
  text: (value) => (value || []).map((one) => link.text(one)).join(", "),
  cell: (value, field) => (value?.length ? h("span", { class: "cp-td-text" }, value.flatMap((one, i) => (i ? [", ", linkNode(one, field)] : [linkNode(one, field)]))) : null),
  display: (options) => (options || []).map(linkDisplay),
  editor: comboEditor("CpLinksEditor", (props) => linkSource(props, true)),
};

/** Colleagues whose name or e-mail contains the text. */
export async function findPeople(text) {
  if (!people || Date.now() - people.at > 60_000) {
    const answer = await window.comptoir.fetch("/api/ui/lookup/people");
    people = { at: Date.now(), list: answer.results };
  }
  const wanted = fold(text).trim();
  const found = people.list.filter((one) => !wanted || fold(`${one.title} ${one.hint || ""}`).includes(wanted));
  return found.map(({ id, title, hint }) => ({ value: id, label: title, hint }));
}

function personOption(option) {
  return h("span", { class: "cp-option-person", translate: "no" }, [avatar(option.value, option.label), linkOption(option)]);
}

export const person = {
  text: (value) => value?.title || "",
  cell: (value) => (value ? h("span", { class: "cp-td-text cp-personcell", translate: "no" }, [avatar(value.id, value.title), h("span", { class: "cp-td-text", dir: "auto" }, value.title)]) : null),
  display: linkDisplay,
  editor: comboEditor("CpPersonEditor", (props) => ({
    chosen: () => (props.value ? [{ value: props.value.id, label: props.value.title }] : []),
    options: async (text) => {
      const found = await findPeople(text);
      return text || props.field.required || props.mode === "filter" ? found : [{ value: null, label: t("none") }, ...found];
    },
    render: personOption,
    placeholder: () => t("search"),
  })),
};

export const people_ = {
  text: (value) => (value || []).map((one) => one.title).join(", "),
  cell: (value) => (value?.length ? h("span", { class: "cp-td-text", translate: "no" }, people_.text(value)) : null),
  display: (options) => (options || []).map(linkDisplay),
  editor: comboEditor("CpPeopleEditor", (props) => ({
    multiple: true,
    chosen: () => (props.value || []).map((one) => ({ value: one.id, label: one.title })),
    options: findPeople,
    render: personOption,
    placeholder: () => t("search"),
  })),
};
