"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("data");
  const NAMED = 12;
  const label = data.labels;

  // Text is only ever set as text: nothing that came from a file is read as markup.
  const make = (tag, className, ...content) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    for (const item of content) element.append(item);
    return element;
  };

  const waterfall = (steps) => {
    const head = make("tr", "", make("th", "", label.criterion), make("td", ""), make("td", "number small", label.adds));
    head.firstChild.scope = "col";
    const body = make("tbody", "");
    steps.forEach(([name, value, start, end, shown, note], position) => {
      const last = position === steps.length - 1;
      const kind = position === 0 || last ? "" : value < 0 ? "down" : "up";
      const bar = make("div", `step ${kind}`);
      bar.style.left = `${100 * Math.min(start, end)}%`;
      bar.style.width = `${100 * Math.abs(end - start)}%`;
      const track = make("div", "track");
      track.setAttribute("aria-hidden", "true");
      if (note === "" || Math.abs(end - start) > 1e-9) track.append(bar);
      const title = make("th", "", name);
      title.scope = "row";
      const cell = make("td", "", track);
      if (note) cell.append(make("span", "small", note));
      const number = make("td", "number", shown);
      number.dataset.value = value;
      body.append(make("tr", last ? "total" : "", title, cell, number));
    });
    const table = make("table", "waterfall", make("caption", "unseen", label.chart), make("thead", "", head), body);
    return table;
  };

  const facts = (rows) => {
    const list = make("dl", "facts");
    for (const [name, text] of rows) list.append(make("dt", "", name), make("dd", "", text));
    return list;
  };

  // Words of both texts in bold, where they stand as whole words.
  const withWords = (text, words) => {
    if (!words.length) return [text];
    const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])(${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
    return text.split(whole).map((part, position) => (position % 2 ? make("b", "", part) : part));
  };

  // Mark sentences where they stand in a text; one that is not found is left out.
  const marked = (text, sentences, words) => {
    const found = sentences
      .map((sentence, order) => ({ start: text.indexOf(sentence), length: sentence.length, order }))
      .filter((place) => place.start >= 0 && place.length > 0)
      .sort((a, b) => a.start - b.start || a.order - b.order);
    const paragraph = make("p", "");
    let position = 0;
    for (const { start, length, order } of found) {
      if (start < position) continue;
      const mark = make("mark", order ? "second" : "", ...withWords(text.slice(start, start + length), words));
      paragraph.append(...withWords(text.slice(position, start), words), mark);
      position = start + length;
    }
    paragraph.append(...withWords(text.slice(position), words));
    return paragraph;
  };

  const side = (who, sentences, words) => {
    const box = make("div", "", make("h5", "", who.name));
    if (who.of && who.of !== who.name) box.append(make("p", "under", who.of));
    for (const field of ["mission", "values"]) {
      box.append(make("h6", "", label[field]));
      if (!who[field]) box.append(make("p", "blank", label.blank));
      else if (field === "mission") box.append(marked(who[field], sentences, words));
      else box.append(marked(who[field], [], []));
    }
    if (who.facts.length) box.append(make("h6", "", label.also), facts(who.facts));
    return box;
  };

  const agenda = (rows) => {
    const list = make("dl", "agenda");
    for (const [subject, state, word, note] of rows) {
      list.append(make("div", state, make("dt", "", `${subject} `, make("span", "state", word)), make("dd", "", note)));
    }
    return list;
  };

  const fill = (box, pair) => {
    if (pair.change) box.append(make("h4", "", label.changed), make("p", "", pair.change));
    box.append(make("h4", "", label.texts));
    if (pair.alike.length) box.append(make("p", "small", label.marked));
    if (pair.shared.length) box.append(make("p", "small", label.shared.replace("{words}", () => pair.shared.join(", "))));
    box.append(
      make("div", "sides",
        side(data.units[pair.u], pair.alike.map(([unit]) => unit), pair.shared),
        side(data.nonprofits[pair.n], pair.alike.map(([, nonprofit]) => nonprofit), pair.theirs)));
    const gives = make("div", "gives");
    for (const { title, rows } of pair.gives) gives.append(make("div", "", make("h5", "", title), facts(rows)));
    box.append(make("h4", "", label.resources), gives, make("h4", "", label.facts), facts(pair.facts));
    if (pair.steps.length) box.append(make("h4", "", label.chart), waterfall(pair.steps));
    box.append(make("h4", "", label.agenda), agenda(data.agendas[pair.agenda]));
  };

  // A pair is put together when it is opened for the first time, so that many pairs weigh little.
  document.addEventListener("toggle", (event) => {
    const row = event.target.closest?.(".pair");
    if (!row || !event.target.open) return;
    const box = row.querySelector(".opened");
    if (!box.firstChild) fill(box, data.pairs[Number(row.dataset.pair)]);
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
