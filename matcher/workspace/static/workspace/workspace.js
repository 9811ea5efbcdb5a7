"use strict";
(() => {
  const labels = () => {
    const holder = document.getElementById("pair-labels");
    return holder ? JSON.parse(holder.dataset.labels) : null;
  };

  // Put the texts and facts of pairs into what was just loaded.
  const fillPairs = (root) => {
    const holders = root.querySelectorAll(".pair-data[data-pair]");
    if (!holders.length) return;
    const { fill } = pairPieces(labels());
    for (const holder of holders) {
      const data = JSON.parse(holder.dataset.pair);
      holder.removeAttribute("data-pair");
      fill(holder, data.pair, data);
    }
  };
  fillPairs(document);
  document.addEventListener("htmx:afterSettle", () => fillPairs(document));

  // After an answer the row of the pair is new. Its forms are made ready at once, for a key that is pressed at once, and
  // the focus stays on it; not where somebody went on to the next meanwhile.
  document.addEventListener("htmx:afterSwap", (event) => {
    const id = event.detail.target?.id;
    const row = id ? document.getElementById(id) : null;
    if (!row || !row.classList.contains("pair")) return;
    htmx.process(row);
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (isLost) row.querySelector("summary").focus({ preventScroll: true });
  });

  // Keys: next and previous pair, answers, undo. Not while somebody writes.
  const rows = () => [...document.querySelectorAll("#pairs > .pair")];
  const current = () => document.activeElement?.closest(".pair") ?? null;
  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
    next.querySelector("summary").focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (key) => {
    const row = current() ?? document.querySelector(".pair details[open]")?.closest(".pair");
    if (!row) return false;
    const details = row.querySelector("details");
    const button = row.querySelector(`button[data-key="${key}"]`);
    if (!button) {
      details.open = true;
      return true;
    }
    const note = row.querySelector("textarea[name=note]");
    if (key === "n" && note && !note.value.trim()) {
      note.dataset.sends = "no";
      note.focus();
      return true;
    }
    button.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const isNote = target.matches?.("textarea[name=note]");
    if (isNote && event.key === "Enter" && !event.shiftKey && target.dataset.sends) {
      event.preventDefault();
      target.form.querySelector(`button[value="${target.dataset.sends}"]`).click();
      return;
    }
    if (isNote && event.key === "Escape") {
      target.closest(".pair").querySelector("summary").focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches?.("input, textarea, select")) return;
    if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
    else if (["y", "m", "n", "u"].includes(event.key)) { if (!press(event.key)) return; }
    else if (event.key === "[" || event.key === "]") document.querySelector(`a[data-key="${event.key}"]`)?.click();
    else return;
    event.preventDefault();
  });

  // A slider and the field beside it say the same; the field is what is sent, once a frame at most.
  let waiting = 0;
  const moved = (field) => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      field.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
    });
  };
  const decimal = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2, useGrouping: false });
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.type === "range") {
      const field = document.getElementById(input.dataset.field);
      field.value = decimal.format(Number(input.value));
      moved(field);
    } else if (input.dataset.slider) {
      const number = Number(input.value.trim().replace(",", "."));
      if (Number.isFinite(number)) document.getElementById(input.dataset.slider).value = number;
      moved(input);
    }
  });

  // What is too wide is scrolled with the arrow keys too.
  const reachable = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", reachable);
  document.addEventListener("htmx:afterSettle", reachable);
  reachable();

  // Ask once before what cannot be taken back.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.question ?? event.target.dataset.question;
    if (question && !confirm(question)) event.preventDefault();
  });
})();
