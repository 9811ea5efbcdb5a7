"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("data");
  const NAMED = 12;
  const label = data.labels;
  const { make, fill } = pairPieces(label);

  // A pair is put together when it is opened for the first time, so that many pairs weigh little.
  document.addEventListener("toggle", (event) => {
    const row = event.target.closest?.(".pair");
    if (!row || !event.target.open) return;
    const box = row.querySelector(".opened");
    if (!box.firstChild) fill(box, data.pairs[Number(row.dataset.pair)], data);
  }, true);

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const lists = [...document.querySelectorAll("#lists > .list")].map((element) => ({
    element,
    rows: [...element.querySelectorAll(".pair")].map((row) => ({ element: row, causes: row.dataset.causes.split(" ") })),
  }));
  const total = lists.reduce((sum, list) => sum + list.rows.length, 0);
  let prepared = false;
  const prepare = () => {
    if (prepared) return;
    prepared = true;
    for (const list of lists) {
      list.text = fold(list.element.querySelector("h3").textContent);
      for (const row of list.rows) {
        const pair = data.pairs[Number(row.element.dataset.pair)];
        const unit = data.units[pair.u], nonprofit = data.nonprofits[pair.n];
        const words = [unit.name, unit.of, nonprofit.name, nonprofit.of, nonprofit.mission, row.element.querySelector("summary").textContent];
        for (const [, text] of nonprofit.facts) words.push(text);
        row.text = fold(words.join(" "));
      }
    }
  };

  const form = document.getElementById("filters");
  const field = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const filter = () => {
    const words = fold(field("search").value).split(/\s+/).filter(Boolean);
    const anchor = field("list-filter").value, cause = field("cause-filter").value, km = field("distance-filter").value;
    if (words.length) prepare();
    const narrowed = words.length > 0 || cause !== "" || km !== "";
    let shown = 0;
    for (const { element, rows, text } of lists) {
      let here = 0;
      const right = !anchor || element.id === anchor;
      for (const row of rows) {
        const near = km === "" || (row.element.dataset.km !== undefined && Number(row.element.dataset.km) <= Number(km));
        const fits = right && near && (cause === "" || row.causes.includes(cause)) && words.every((word) => row.text.includes(word));
        row.element.hidden = !fits;
        here += fits ? 1 : 0;
      }
      // A list without pairs still answers to its own name.
      const named = rows.length === 0 && cause === "" && km === "" && words.every((word) => text.includes(word));
      element.hidden = !right || (here === 0 && narrowed && !named);
      shown += here;
    }
    field("found").textContent = label.shown_of.replace("{shown}", number.format(shown)).replace("{total}", number.format(total));
    whyNot(words, anchor);
    field("none-found").hidden = lists.some(({ element }) => !element.hidden);
  };
  // Why the names that are searched for are not on the list that is chosen.
  const whyNot = (words, anchor) => {
    const box = field("why-not"), known = data.standings;
    box.replaceChildren();
    box.hidden = true;
    if (!known || !words.length) return;
    const hits = known.candidates
      .map(([name, town], position) => ({ name, town, position }))
      .filter(({ name, town }) => { const text = fold(`${name} ${town}`); return words.every((word) => text.includes(word)); });
    if (!hits.length) return;
    if (!anchor) {
      box.append(label.choose_list);
    } else {
      const score = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 3 });
      const off = hits.filter(({ position }) => known.lists[anchor][position]);
      if (!off.length) return;
      const list = make("ul", "");
      for (const { name, position } of off.slice(0, NAMED)) {
        const [code, value] = known.lists[anchor][position];
        const values = {
          rank: number.format(value), candidates: number.format(known.sizes[anchor]), score: score.format(value),
          min_score: score.format(known.min_score), meanings: known.gates[value], site: known.candidates[value]?.[0],
        };
        const text = known.messages[code].replace(/\{(\w+)\}/g, (_, key) => values[key]);
        list.append(make("li", "", make("strong", "", name), `: ${text}.`));
      }
      if (off.length > NAMED) list.append(make("li", "", label.more.replace("{count}", () => number.format(off.length - NAMED))));
      box.append(list);
    }
    box.hidden = false;
  };
  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // A link to a list shows it, whatever the filter hides, and one to a pair opens it.
  const arrive = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("#lists") && (target.hidden || target.closest("[hidden]"))) { form.reset(); filter(); }
    if (target.classList.contains("pair")) target.querySelector("details").open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  arrive();

  const place = document.getElementById("map");
  if (place) {
    const tip = make("div", "tip");
    tip.hidden = true;
    document.body.append(tip);
    const tooltip = (handler, event, item, value) => {
      tip.hidden = !value;
      if (!value) return;
      const [what, name, of] = Object.values(value);
      tip.replaceChildren(make("strong", "", String(name)), `${what}, ${of}`);
      const left = Math.min(event.pageX + 12, document.documentElement.clientWidth - tip.offsetWidth - 8);
      tip.style.left = `${Math.max(8, left)}px`;
      tip.style.top = `${event.pageY + 12}px`;
    };
    const spec = read("map-spec");
    spec.height = Math.round(Math.min(640, Math.max(320, place.clientWidth * 1.15)));
    const draw = () => vegaEmbed(place, spec, { ast: true, renderer: "svg", actions: false, tooltip }).then(({ view }) => {
      place.dataset.drawn = "yes";
      view.addEventListener("click", (event, item) => {
        const anchor = item && item.datum && data.lists[item.datum.id];
        if (anchor) location.hash = anchor;
      });
    });
    // After the text is on the screen.
    requestAnimationFrame(() => setTimeout(draw));
  }
})();
