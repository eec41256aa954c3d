/* Dragging cards: by mouse and touch with SortableJS (which NiceGUI ships), by keyboard with our own keys. Nothing is moved here: a
   drop calls `drop(id, target, index)`; Vue draws the result. Why not Python: it follows the pointer frame by frame.

   Targets: {lane: value} or {zone: kind}. Invariant: SortableJS' own change of the page is undone before Vue acts. */

import { nextTick, onBeforeUnmount, reactive } from "vue";
import { Sortable } from "nicegui-sortable";

const PRESS = 180; // ms of a long press before a finger drags instead of scrolling

export function useDragging(root, { lanes, zones, laneOf, isCollapsed, toggle, drop, say }) {
  const drag = reactive({ active: false, grabbed: "", target: -1, over: "" });
  let made = [];

  /** (Re)attaches SortableJS to the lists that exist now. */
  function attach() {
    made.forEach((one) => one.destroy());
    made = [...(root.value?.querySelectorAll("[data-drop]") || [])].map((element) =>
      Sortable.create(element, {
        group: { name: "cp-cards", pull: element.dataset.zone ? false : true, put: true },
        sort: false,
        draggable: ".cp-kcard",
        filter: "button",
        preventOnFilter: false,
        animation: 150,
        delay: PRESS,
        delayOnTouchOnly: true,
        touchStartThreshold: 5,
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 4,
        scroll: true,
        ghostClass: "cp-kcard--ghost",
        onStart: () => (drag.active = true),
        onMove: (event) => {
          drag.over = event.to.dataset.drop;
          return true;
        },
        onEnd: finish,
      }),
    );
  }

  /* SortableJS swallows the next click of the page, meant for the one that ends a drag; when the browser makes none, because the card
     was redrawn, it would take the person's next one. */
  function spendClick() {
    document.body.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }

  /* The list under the pointer when it let go: SortableJS looks every 50 ms only, too seldom for a quick hand. */
  function under(event) {
    const { clientX, clientY } = event.changedTouches?.[0] || event;
    const element = document.elementFromPoint(clientX, clientY);
    return element?.closest("[data-drop]") || element?.closest(".cp-lane")?.querySelector("[data-drop]") || null;
  }

  function finish({ item, from, to: last, oldIndex, oldDraggableIndex, newDraggableIndex, originalEvent }) {
    const to = originalEvent ? under(originalEvent) : last;
    drag.active = false;
    drag.over = "";
    setTimeout(spendClick);
    item.remove();
    const cards = [...from.querySelectorAll(":scope > .cp-kcard")];
    from.insertBefore(item, cards[oldDraggableIndex ?? oldIndex] || from.querySelector(":scope > .cp-lane-end"));
    if (!to || from === to) return;
    const target = to.dataset.zone ? { zone: to.dataset.zone } : { lane: JSON.parse(to.dataset.drop) };
    drop(item.dataset.id, target, to === last ? (newDraggableIndex ?? 0) : 0);
  }

  const targets = () => [...lanes().map((lane) => ({ lane: lane.value, label: lane.label })), ...zones().map((zone) => ({ zone: zone.kind, label: zone.label }))];

  function grab(card) {
    drag.grabbed = card.id;
    drag.target = lanes().indexOf(laneOf(card.id));
    say("grabbed", { name: card.title });
  }

  function keydown(event, card, lane) {
    if (event.target.closest("a, button, input") && event.target !== event.currentTarget) return;
    if (drag.grabbed === card.id) return dragKey(event, card);
    if (event.key === " ") stop(event, () => grab(card));
    else if (event.key === "Enter") stop(event, () => event.currentTarget.querySelector(".cp-kcard-title").click());
    else if (["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "j", "k"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) stop(event, () => walk(event.key, card, lane));
  }

  function dragKey(event, card) {
    const all = targets();
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      stop(event, () => {
        drag.target = Math.min(all.length - 1, Math.max(0, drag.target + (event.key === "ArrowRight" ? 1 : -1)));
        drag.over = all[drag.target].zone || JSON.stringify(all[drag.target].lane ?? null);
        say("over", { name: card.title, lane: all[drag.target].label });
      });
    } else if (event.key === "Enter" || event.key === " ") {
      stop(event, () => {
        const target = all[drag.target];
        release();
        if (target.zone || JSON.stringify(target.lane) !== JSON.stringify(laneOf(card.id).value)) {
          const done = drop(card.id, target, 0);
          focus(card.id);
          done.then(() => focus(card.id)); // where it is now, also when it was refused
        }
        else say("put_back", { name: card.title });
      });
    } else if (event.key === "Escape") {
      stop(event, () => {
        release();
        say("put_back", { name: card.title });
      });
    } else if (event.key === "Tab") release();
  }

  function release() {
    Object.assign(drag, { grabbed: "", target: -1, over: "" });
  }

  /* Arrow keys walk over cards and lanes. */
  function walk(key, card, lane) {
    if (key === "ArrowDown" || key === "ArrowUp" || key === "j" || key === "k") {
      const step = key === "ArrowDown" || key === "j" ? 1 : -1;
      return focus(lane.cards[lane.cards.indexOf(card) + step]?.id);
    }
    const open = lanes().filter((one) => !isCollapsed(one) && one.cards.length);
    const next = open[open.indexOf(lane) + (key === "ArrowRight" ? 1 : -1)];
    focus(next?.cards[Math.min(lane.cards.indexOf(card), next.cards.length - 1)]?.id);
  }

  async function focus(id) {
    if (!id) return;
    await nextTick();
    root.value?.querySelector(`.cp-kcard[data-id="${CSS.escape(id)}"]`)?.focus();
  }

  onBeforeUnmount(() => made.forEach((one) => one.destroy()));
  return { drag, attach, keydown, focus, toggle };
}

function stop(event, action) {
  event.preventDefault();
  event.stopPropagation();
  action();
}
