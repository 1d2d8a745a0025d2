// --- tables that sort, filter and turn pages -----------------------------------------

const ROWS = 25; // of a table, shown at once

// ``columns``: head, value (what it sorts by), numeric, draw; ``fits(row)`` filters;
// ``opens(row)`` makes what a row shows below itself when its first cell is pressed.
function dataTable({ section, n, columns, fits, opens, noun }) {
  const form = section.querySelector("form");
  const status = section.querySelector("[role=status]");
  const table = section.querySelector("table");
  const pager = section.querySelector(".pager");
  const state = { page: 0, at: null, falling: true, found: [] };

  const heads = columns.map((column, at) => {
    const head = make("th", column.numeric ? "number" : "");
    head.scope = "col";
    head.append(button(column.head, () => sortBy(at)));
    if (column.means) head.title = column.means;
    return head;
  });
  table.append(make("thead", "", make("tr", "", ...heads)), make("tbody"));

  function sortBy(at) {
    const first = Boolean(columns[at].numeric); // numbers: the largest first
    if (state.at !== at) Object.assign(state, { at, falling: first });
    else if (state.falling === first) state.falling = !first;
    else state.at = null;
    heads.forEach((head, n) => {
      head.removeAttribute("aria-sort");
      if (n === state.at) head.setAttribute("aria-sort", state.falling ? "descending" : "ascending");
    });
    renew();
  }

  function order(rows) {
    if (state.at === null) return rows;
    const value = columns[state.at].value;
    const way = state.falling ? -1 : 1;
    const blank = (one) => one === null || one === "";
    const keyed = rows.map((row) => [value(row), row]);
    const collator = new Intl.Collator("en", { numeric: true });
    keyed.sort(([a], [b]) => {
      if (blank(a) || blank(b)) return blank(a) - blank(b); // what is empty comes last
      return way * (typeof a === "number" ? a - b : collator.compare(a, b));
    });
    return keyed.map(([, row]) => row);
  }

  function drawRow(row) {
    const line = make("tr");
    columns.forEach((column, at) => {
      const value = column.value(row);
      const shown = column.draw ? column.draw(row) : (value ?? "–");
      const cell = make(at ? "td" : "th", column.numeric ? "number" : "");
      if (at) cell.append(shown);
      else {
        cell.scope = "row";
        cell.append(opener(shown, () => below(row), (made) => line.after(made)));
      }
      line.append(cell);
    });
    return line;
  }

  function below(row) {
    const cell = make("td", "below", opens(row));
    cell.colSpan = columns.length;
    return make("tr", "", cell);
  }

  function draw() {
    const pages = Math.max(1, Math.ceil(state.found.length / ROWS));
    state.page = Math.min(state.page, pages - 1);
    const shown = state.found.slice(state.page * ROWS, (state.page + 1) * ROWS);
    table.tBodies[0].replaceChildren(...shown.map(drawRow));
    status.textContent = `${count(state.found.length)} of ${many(n, noun)}`;
    drawPager(pager, state.page, pages, (to) => ((state.page = to), draw()));
  }

  function renew() {
    state.page = 0;
    state.found = order(range(n).filter(fits(form.elements)));
    draw();
  }

  onChange(form, renew);
  renew();
}

const STATES = {
  stated: (fact) => facts.asserted[fact] > 0,
  "only hedged": (fact) => !facts.asserted[fact] && !onlyDenied(fact),
  hedged: (fact) => facts.hedged[fact] > 0,
  denied: (fact) => facts.denied[fact] > 0,
  "only denied": onlyDenied,
  contradicted: (fact) => facts.contradicted[fact] === 1,
};

function factTable() {
  const section = byId("facts");
  const { predicate, label, effect, state, review } = section.querySelector("form").elements;
  fill(predicate, data.predicates);
  fill(label, data.labels);
  fill(effect, data.effects, (value) => EFFECTS[value]);
  fill(state, Object.keys(STATES));
  const reviewsOf = (fact) => facts.reviews[fact].map((at) => strings[at]);
  if (review) {
    const seen = new Set(range(N_FACTS).flatMap(reviewsOf));
    fill(review, [...new Set([...Object.keys(REVIEWS), ...seen])].filter((one) => seen.has(one)), (one) => REVIEWS[one] ?? one);
  }
  const names = (fact) => [
    ...endsOf(facts.subject[fact]), ...endsOf(facts.object[fact]), plainEnds(predicateOf(fact)),
  ];
  const number = (head, key, means) => ({ head, means, numeric: true, value: (f) => facts[key][f] });
  dataTable({
    section,
    n: N_FACTS,
    noun: "fact",
    opens: evidenceOf,
    columns: [
      {
        head: "subject",
        value: (fact) => nameOf(facts.subject[fact]),
        draw: (fact) => conceptChip(facts.subject[fact]),
      },
      { head: "predicate", value: predicateOf },
      {
        head: "object",
        value: (fact) => nameOf(facts.object[fact]),
        draw: (fact) => conceptChip(facts.object[fact]),
      },
      { head: "effect", value: effectOf, draw: (fact) => effectChip(effectOf(fact)) },
      number("documents", "documents", "documents that state, hedge or deny it"),
      number("stated", "asserted", "sentences that plainly state it"),
      number("hedged", "hedged", "sentences that offer it as possible"),
      number("denied", "denied", "sentences that deny it"),
      number("against", "opposed", "sentences of other facts that contradict it"),
      { ...number("score", "score"), draw: (fact) => facts.score[fact].toFixed(2) },
    ],
    fits(chosen) {
      const named = wordTest(chosen.q.value, N_FACTS, names);
      const least = Number(chosen.score.value) || 0;
      const most = Number(chosen.documents.value) || 0;
      const ends = (f) => [labelOf(facts.subject[f]), labelOf(facts.object[f])];
      const { predicate, label, effect, state } = chosen;
      return (fact) =>
        (!predicate.value || predicateOf(fact) === predicate.value) &&
        (!label.value || ends(fact).includes(label.value)) &&
        (!effect.value || effectOf(fact) === effect.value) &&
        (!state.value || STATES[state.value](fact)) &&
        facts.score[fact] >= least &&
        facts.documents[fact] >= most &&
        (!review?.value || reviewsOf(fact).includes(review.value)) &&
        named(fact);
    },
  });
}

function conceptTable() {
  const section = byId("concepts");
  fill(section.querySelector("form").elements.label, data.labels);
  const number = (head, value) => ({ head, numeric: true, value });
  const N = concepts.name.length;
  const names = (one) => [...endsOf(one), plainEnds(strings[concepts.path[one]])].filter((ends) => ends.length);
  dataTable({
    section,
    n: N,
    noun: "concept",
    opens: (one) => {
      const place = make("div");
      showFacts(place, `Facts about ${nameOf(one)}`, factsOf.get(one) ?? []);
      return place;
    },
    columns: [
      { head: "concept", value: nameOf, draw: conceptChip },
      { head: "label", value: labelOf },
      { head: "id", value: (one) => strings[concepts.id[one]] },
      number("documents", (one) => concepts.documents[one]),
      number("mentions", (one) => concepts.mentions[one]),
      number("facts", (one) => factsOf.get(one)?.length ?? 0),
      { head: "path from the top", value: (one) => strings[concepts.path[one]] },
    ],
    fits({ label, q }) {
      const named = wordTest(q.value, N, names);
      return (one) => (!label.value || labelOf(one) === label.value) && named(one);
    },
  });
}

function documentTable() {
  const of = new Map(); // document -> facts
  for (const fact of range(N_FACTS)) {
    for (const source of new Set(facts.own[fact].map((row) => evidence.document[row]))) {
      if (!of.has(source)) of.set(source, []);
      of.get(source).push(fact);
    }
  }
  const text = (key) => (one) => strings[documents[key][one]];
  const number = (key) => ({ head: key, numeric: true, value: (one) => documents[key][one] });
  const [id, title, source, section] = ["id", "title", "source", "section"].map(text);
  const untitled = (one) => {
    const made = make("span", "section", section(one));
    made.title = "no title; the heading over its first mention";
    return made;
  };
  dataTable({
    section: byId("documents"),
    n: documents.id.length,
    noun: "document",
    opens: (one) => {
      const place = make("div");
      showFacts(place, `Facts of ${id(one)}`, of.get(one) ?? []);
      return place;
    },
    columns: [
      { head: "document", value: id },
      {
        head: "title",
        means: "in italics: the first heading of a document without a title",
        value: (one) => title(one) || section(one),
        draw: (one) => title(one) || untitled(one),
      },
      ...["characters", "sentences", "mentions", "relations"].map(number),
      { head: "source", value: source },
    ],
    fits({ q }) {
      const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
      return (one) => {
        const said = [id, title, section, source].map((of) => of(one)).join(" ").toLowerCase();
        return words.every((word) => said.includes(word));
      };
    },
  });
}
