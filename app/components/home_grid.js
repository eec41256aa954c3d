/* The home page: key figures, lists and bars, each loaded by itself and again when its records change.
   Why not Python: eight components that refresh while colleagues work would be rebuilt element by element for every open tab.

   Python gives: parts [{key, kind, label, module}], the described modules, words. Contents: app/api/home.py (services/home.py says
   their shape). Invariant: values are set as text only; each figure, bar and row leads to the list or record it is made of. */

import { h, onMounted, reactive } from "vue";
import { addWords, avatar, drawCell, formatMoney, formatNumber, formatPercent, isNumeric, recordPath, withAvatar } from "comptoir-kinds";

const SPARK = { width: 76, height: 30 };

export default {
  props: { parts: Array, modules: Object, strings: Object },
  setup(props, { expose }) {
    addWords(props.strings);
    const t = (key, params = {}) => (props.strings[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
    const contents = reactive({});
    const errors = reactive({});

    async function load(key) {
      try {
        contents[key] = await window.comptoir.fetch(`/api/ui/home/${key}`);
        delete errors[key];
      } catch (error) {
        errors[key] = error.message;
      }
    }

    onMounted(() => props.parts.forEach((part) => load(part.key)));
    expose({ refresh: (modules) => props.parts.filter((part) => modules.includes(part.module)).forEach((part) => load(part.key)) });

    const whole = (amount, currency) => formatMoney(String(Math.round(Number(amount))), currency).replace(/[.,]00(?=\D*$)/, "");
    const address = (link) => {
      const query = new URLSearchParams();
      if (link.view) query.set("cv", link.view);
      if (link.filter) query.set("filter", JSON.stringify(link.filter));
      const slug = props.modules[link.module]?.slug || link.module.toLowerCase();
      return `/${slug}${query.size ? `?${query}` : ""}`;
    };

    const part = (one, draw) => (errors[one.key] ? failure(one) : contents[one.key] ? draw(contents[one.key], one) : waiting(one));
    const icon = (name) => h("span", { class: "cp-icon cp-icon--sm", "aria-hidden": "true", translate: "no" }, name);
    const failure = (one) => h("div", { class: "cp-home-failed cp-caption", role: "alert" }, [h("span", {}, errors[one.key] || t("failed")), " ", h("button", { class: "cp-linkbtn", type: "button", onClick: () => load(one.key) }, t("retry"))]);
    const waiting = (one) => h("div", { class: "cp-stack", "aria-busy": "true" }, Array.from({ length: one.kind === "figure" ? 2 : 4 }, (_, n) => h("span", { class: "cp-skeleton", style: { width: `${80 - n * 12}%` }, "aria-hidden": "true" })));

    function figure(one) {
      const content = contents[one.key];
      if (!content) return h("div", { class: "cp-figure", "data-testid": "home-component", "data-id": one.key, key: one.key }, [h("span", { class: "cp-figure-label" }, one.label), part(one)]);
      const shown = content.value === null ? "–" : content.money ? whole(content.value, content.money) : content.percent ? formatPercent(content.value, 1) : formatNumber(content.value);
      return h("a", { class: "cp-figure", href: address(content.link), "data-testid": "home-component", "data-id": one.key, key: one.key }, [
        h("span", { class: "cp-figure-label" }, one.label),
        h("span", { class: "cp-figure-value num" }, shown),
        content.line?.length ? h("span", { class: "cp-figure-spark" }, [spark(content)]) : null,
        h("span", { class: "cp-figure-note" }, [h("span", { class: content.alert ? "cp-chip cp-chip--da" : "" }, content.note + weighted(content)), change(content)]),
      ]);
    }

    const weighted = (content) => (content.weighted ? `, ${t("weighted", { amount: whole(content.weighted, content.money) })}` : "");

    function change(content) {
      if (content.change === null || content.change === undefined) return null;
      const n = Number(content.change);
      const text = n === 0 ? t("same") : t(n > 0 ? "up" : "down", { n: formatNumber(String(Math.abs(n))) });
      return h("span", { class: "cp-faint cp-inline" }, [n ? icon(n > 0 ? "trending_up" : "trending_down") : null, text]);
    }

    function spark(content) {
      const values = content.line.map((point) => Number(point.sum));
      const most = Math.max(...values, 1);
      const x = (n) => 3 + (n * (SPARK.width - 6)) / Math.max(1, values.length - 1);
      const y = (value) => SPARK.height - 4 - (value / most) * (SPARK.height - 8);
      const label = t("trend", { values: values.map((value) => whole(value, content.money)).join(", ") });
      return h("svg", { class: "cp-spark", width: SPARK.width, height: SPARK.height, viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, role: "img", "aria-label": label }, [
        h("polyline", { points: values.map((value, n) => `${x(n)},${y(value)}`).join(" ") }),
        h("circle", { cx: x(values.length - 1), cy: y(values.at(-1)), r: 2.5 }),
      ]);
    }

    function card(one) {
      const content = contents[one.key];
      return h("section", { class: "cp-card", "data-testid": "home-component", "data-id": one.key, key: one.key, "aria-label": one.label }, [
        h("div", { class: "cp-card-head" }, [h("h2", { class: "cp-card-title" }, one.label), h("span", { class: "cp-spacer" }), one.kind === "bars" && content?.money ? h("span", { class: "cp-faint" }, t("amount")) : content?.link ? h("a", { class: "cp-link", href: address(content.link) }, t("open_list")) : null]),
        h("div", { class: one.kind === "bars" ? "cp-card-body" : "" }, [part(one, one.kind === "bars" ? bars : list)]),
      ]);
    }

    function bars(content) {
      if (!content.rows.length) return h("p", { class: "cp-faint" }, t("nothing"));
      const size = (row) => Number(content.money ? row.sum : row.count);
      const most = Math.max(...content.rows.map(size), 1);
      return h("div", { class: "cp-bars" }, content.rows.map((row) =>
        h("a", { class: "cp-bar", href: address(row.link) }, [
          h("span", { class: "cp-bar-head" }, [h("span", { class: "cp-bar-name", dir: "auto" }, row.label), h("span", { class: "cp-count num" }, formatNumber(String(row.count))), h("span", { class: "cp-spacer" }), content.money ? h("span", { class: "num" }, whole(row.sum, content.money)) : null]),
          h("span", { class: "cp-bar-track", "aria-hidden": "true" }, [h("span", { class: "cp-bar-fill", style: { "--cp-v": `${(size(row) / most) * 100}%`, "--cp-ramp": /^r\d$/.test(row.colour) ? `var(--${row.colour})` : undefined } })]),
        ])));
    }

    const named = (module, row) => h("span", { class: "cp-linked" }, [module.avatar ? avatar(row.id, row.title, { company: module.avatar === "company" }) : null, h("a", { class: "cp-rowlink", href: recordPath(module.slug, row.id), dir: "auto" }, row.title)]);

    function list(content, one) {
      const module = props.modules[one.module];
      if (!content.rows.length) return h("p", { class: "cp-faint cp-home-nothing" }, t("nothing"));
      const fields = content.columns.map((name) => module.fields.find((field) => field.name === name)).filter(Boolean);
      return h("div", { class: "cp-home-scroll", tabindex: 0, role: "region", "aria-label": one.label }, [h("table", { class: "cp-plain" }, [
        h("thead", {}, [h("tr", {}, fields.map((field) => h("th", { scope: "col", class: isNumeric(field) ? "cp-th--num" : "" }, field.label)))]),
        h("tbody", {}, content.rows.map((row) => h("tr", { "data-id": row.id, key: row.id }, fields.map((field, n) =>
          h("td", { class: isNumeric(field) ? "cp-td--num num" : "" }, n === 0 ? [named(module, row)] : [withAvatar(drawCell(row.cells[field.name], field, row), row.cells[field.name], field)]))))),
      ])]);
    }

    return () => {
      const figures = props.parts.filter((one) => one.kind === "figure");
      const cards = props.parts.filter((one) => one.kind !== "figure");
      const wide = (one) => one.kind === "list";
      return h("div", { class: "cp-home" }, [
        figures.length ? h("div", { class: "cp-figures" }, figures.map(figure)) : null,
        h("div", { class: "cp-home-grid" }, [h("div", { class: "cp-home-col" }, cards.filter(wide).map(card)), h("div", { class: "cp-home-col" }, cards.filter((one) => !wide(one)).map(card))]),
      ]);
    };
  },
};
