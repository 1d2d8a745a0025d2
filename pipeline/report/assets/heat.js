// --- cells against cytokines: who makes, who responds --------------------------------

const SIGNS = { positive: "↑", negative: "↓", unspecified: "•" };
const SIDES = {
  SECRETES: { cell: "subject", cytokine: "object", said: "makes" },
  ACTS_ON: { cell: "object", cytokine: "subject", said: "responds to" },
};

// What the facts of a pair say together: one effect, both ways, or that it is not so.
function verdict(found) {
  const stated = found.filter((fact) => !onlyDenied(fact));
  if (!stated.length) return { tone: "denied", sign: "✕", said: "denied" };
  const ways = new Set(stated.map(effectOf).filter((effect) => effect !== "unspecified"));
  const saying = stated.filter((fact) => !ways.size || ways.has(effectOf(fact)));
  const hedged = saying.every((fact) => !facts.asserted[fact]);
  if (ways.size > 1) {
    return { tone: "mixed", sign: hedged ? "↕?" : "↕", said: "up and down" + (hedged ? ", only hedged" : "") };
  }
  const [way = "unspecified"] = ways;
  const disputed = stated.some((fact) => facts.contradicted[fact]);
  const said = EFFECTS[way].slice(2) + (disputed ? ", contradicted" : "") + (hedged ? ", only hedged" : "");
  return { tone: way, sign: SIGNS[way] + (disputed ? "!" : "") + (hedged ? "?" : ""), said };
}

// Of a pair there is one fact an effect; the numbers for all of them came with the data: those
// of all documents, and of those among them that say what the sign says.
function documentsOf(found, effect) {
  return effect ? facts.documents[found[0]] : facts.pair[found[0]];
}

function saying(found, effect) {
  return effect ? facts.documents[found[0]] : facts.way[found[0]];
}

function heatMap() {
  const section = byId("heat");
  const form = section.querySelector("form");
  const table = byId("heat-map");
  const below = byId("heat-facts");

  // Pairs of the chosen kind: cell -> cytokine -> facts.
  function pairs({ kind, effect, general }) {
    const { cell, cytokine } = SIDES[kind.value];
    const found = new Map();
    for (const fact of range(N_FACTS)) {
      const [row, column] = [facts[cell][fact], facts[cytokine][fact]];
      if (predicateOf(fact) !== kind.value) continue;
      if (effect.value && effectOf(fact) !== effect.value) continue;
      if (!general.checked && (concepts.generic[row] || concepts.generic[column])) continue;
      if (!found.has(row)) found.set(row, new Map());
      const line = found.get(row);
      line.set(column, [...(line.get(column) ?? []), fact]);
    }
    return found;
  }

  // The N with the most documents over all their pairs, the best supported first.
  function top(weights, n) {
    const sorted = [...weights].sort((a, b) => b[1] - a[1] || (nameOf(a[0]) < nameOf(b[0]) ? -1 : 1));
    return sorted.slice(0, n).map(([concept]) => concept);
  }

  function chosen(found, n) {
    const [rows, columns] = [new Map(), new Map()];
    for (const [row, line] of found) {
      for (const [column, of] of line) {
        const weight = documentsOf(of, form.elements.effect.value);
        rows.set(row, (rows.get(row) ?? 0) + weight);
        columns.set(column, (columns.get(column) ?? 0) + weight);
      }
    }
    return [top(rows, n), top(columns, n), rows.size, columns.size];
  }

  function cellOf(row, column, found, most) {
    const cell = make("td");
    if (!found) return cell;
    const n = documentsOf(found, form.elements.effect.value);
    const way = saying(found, form.elements.effect.value);
    const depth = 1 + Math.round((3 * Math.log(way)) / Math.log(Math.max(most, 4)));
    const { tone, sign, said } = verdict(found);
    const { said: verb } = SIDES[form.elements.kind.value];
    const where = way < n ? ` in ${way} of ${many(n, "document")}` : `, ${many(n, "document")}`;
    const name = `${nameOf(row)} ${verb} ${nameOf(column)}: ${said}${where}`;
    const press = button("", () => {
      table.querySelectorAll("[aria-pressed]").forEach((one) => one.removeAttribute("aria-pressed"));
      press.setAttribute("aria-pressed", "true");
      showFacts(below, name, found).focus({ preventScroll: true });
      below.scrollIntoView({ block: "nearest" });
    }, `pair ${tone} n${depth}`);
    press.append(make("span", "way", sign), make("span", "", way < n ? `${way}/${n}` : n));
    press.setAttribute("aria-label", name);
    press.title = name;
    press.tabIndex = -1;
    cell.append(press);
    return cell;
  }

  function head(concept, scope) {
    const made = make("th", scope, make("span", "", nameOf(concept)));
    made.scope = scope;
    made.title = titled(concept);
    return made;
  }

  function draw() {
    const found = pairs(form.elements);
    const [rows, columns, allRows, allColumns] = chosen(found, Number(form.elements.n.value));
    const corner = make("th", "corner", "cell \\ cytokine");
    corner.scope = "col";
    const drawn = rows.flatMap((row) => columns.map((column) => found.get(row).get(column)));
    const numbers = drawn.filter(Boolean).map((of) => saying(of, form.elements.effect.value));
    const most = Math.max(1, ...numbers);
    const lines = rows.map((row) => {
      const cells = columns.map((column) => cellOf(row, column, found.get(row).get(column), most));
      return make("tr", "", head(row, "row"), ...cells);
    });
    const heads = make("tr", "", corner, ...columns.map((one) => head(one, "col")));
    table.replaceChildren(make("thead", "", heads), make("tbody", "", ...lines));
    const first = table.querySelector(".pair");
    if (first) first.tabIndex = 0;
    byId("heat-said").textContent = rows.length
      ? `${rows.length} of ${many(allRows, "cell")} and ${columns.length} of ` +
        `${many(allColumns, "cytokine")}, those named in the most documents`
      : "No such fact.";
    below.replaceChildren();
  }

  // One stop of the tab key; arrows go on to the next cell that holds something.
  const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const from = event.target.closest("td");
    if (!step || !from) return;
    event.preventDefault();
    const rows = [...table.tBodies[0].rows];
    let [row, column] = [rows.indexOf(from.parentElement), from.cellIndex];
    let next = null;
    while (!next) {
      row += step[0];
      column += step[1];
      const cell = column > 0 && rows[row]?.cells[column];
      if (!cell) return;
      next = cell.querySelector("button");
    }
    event.target.closest("button").tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  onChange(form, draw);
  draw();
}
