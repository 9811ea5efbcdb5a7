"use strict";
// What an opened pair shows, made from its data. The page of results and the workspace share this.
const pairPieces = (label) => {
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

  // Put the data of a pair into a box; both sides and the agenda are looked up in what the pairs share.
  const fill = (box, pair, data) => {
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

  return { make, fill };
};
