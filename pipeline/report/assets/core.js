// --- the data: columns by name, strings by their place ------------------------------

const data = JSON.parse(document.getElementById("data").textContent);
const { facts, evidence, concepts, documents, strings, sentences } = data;
const N_FACTS = facts.predicate.length;
const MARKS = { CYTOKINE: "●", RECEPTOR: "◆", CELL: "■", DISEASE: "▲", DRUG: "⬟" };
const EFFECTS = { positive: "↑ up", negative: "↓ down", unspecified: "– unspecified" };
const PAGE = 10; // facts shown at once

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function button(text, act, className = "") {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

const byId = (id) => document.getElementById(id);
const range = (n) => Array.from({ length: n }, (_, at) => at);
const count = (n) => n.toLocaleString("en");
const many = (n, one, more = one + "s") => `${count(n)} ${n === 1 ? one : more}`;
const nameOf = (concept) => strings[concepts.name[concept]];
const labelOf = (concept) => data.labels[concepts.label[concept]];
const titled = (concept) => `${nameOf(concept)} (${labelOf(concept)})`;
const predicateOf = (fact) => data.predicates[facts.predicate[fact]];
const effectOf = (fact) => data.effects[facts.effect[fact]];
const onlyDenied = (fact) => facts.denied[fact] > 0 && facts.denied[fact] === facts.sentences[fact];
const sizes = (fact) =>
  `${many(facts.documents[fact], "document")}, ${many(facts.sentences[fact], "sentence")}`;

const REVIEWS = {
  accept: "✓ accepted", fix: "✎ corrected", unsure: "? unsure", disputed: "≠ disputed", undecided: "not looked at",
};

// What a fact is besides its effect, in words.
function states(fact) {
  const said = [];
  if (onlyDenied(fact)) said.push("denied");
  else if (!facts.asserted[fact]) said.push("only hedged");
  if (facts.contradicted[fact]) said.push("contradicted");
  return said;
}

function statement(fact) {
  const words = [nameOf(facts.subject[fact]), predicateOf(fact), nameOf(facts.object[fact])];
  return words.join(" ");
}

const factsOf = new Map(); // concept -> facts
for (const fact of range(N_FACTS)) {
  for (const concept of new Set([facts.subject[fact], facts.object[fact]])) {
    if (!factsOf.has(concept)) factsOf.set(concept, []);
    factsOf.get(concept).push(fact);
  }
}

// --- evidence: sentences with their marks -------------------------------------------

// A name of at most ``most`` characters.
function short(name, most) {
  const letters = Array.from(name.replace(/\s+/g, " "));
  return letters.length > most ? letters.slice(0, most - 2).join("") + " …" : letters.join("");
}

function conceptChip(concept) {
  const label = labelOf(concept);
  const sign = make("span", `sign ${label}`, MARKS[label]);
  sign.setAttribute("aria-hidden", "true");
  const chip = make("span", "concept", sign, make("bdi", "", short(nameOf(concept), 150)));
  chip.title = titled(concept);
  return chip;
}

function effectChip(effect) {
  return make("span", `effect ${effect}`, EFFECTS[effect]);
}

// The sentence cut wherever a mark opens or closes; places count characters, not UTF-16 units.
function marked(row) {
  const letters = Array.from(sentences[evidence.sentence[row]]);
  const at = evidence.at.slice(6 * row, 6 * row + 6);
  const spans = ["subject", "object", "trigger"]
    .map((role, n) => ({ role, start: at[2 * n], end: at[2 * n + 1] }))
    .filter((span) => span.start >= 0);
  const cuts = new Set([0, letters.length, ...spans.flatMap((span) => [span.start, span.end])]);
  const sorted = [...cuts].sort((a, b) => a - b);
  const line = make("p", "passage");
  line.dir = "auto";
  sorted.slice(0, -1).forEach((start, n) => {
    const end = sorted[n + 1];
    const text = letters.slice(start, end).join("");
    const inside = spans.filter((span) => span.start <= start && end <= span.end);
    const opened = inside.filter((span) => span.start === start);
    const roles = opened.map((span) => make("span", "role", span.role));
    const className = inside.map((span) => span.role).join(" ");
    line.append(inside.length ? make("mark", className, ...roles, text) : text);
  });
  return line;
}

// What people decided about a row, and who did.
function reviewMark(row) {
  const [outcome, curators] = [evidence.review, evidence.curators].map((column) => strings[column[row]]);
  const by = curators ? ` by ${curators.split(";").join(", ")}` : "";
  return make("span", outcome === "undecided" ? "" : "flag review", (REVIEWS[outcome] ?? outcome) + by);
}

function evidenceItem(row) {
  const source = evidence.document[row];
  const flags = evidence.flags[row];
  const [section, signs, rule, done] = ["section", "signs", "rule", "function"].map(
    (key) => strings[evidence[key][row]],
  );
  const head = make("p", "head", make("b", "", source < 0 ? "" : strings[documents.id[source]]));
  if (section) head.append(make("span", "", section));
  head.append(effectChip(data.effects[evidence.effect[row]]));
  if (flags & 2) head.append(make("span", "flag denied", "denied"));
  if (flags & 1) head.append(make("span", "flag hedged", "hedged"));
  if (data.reviewed) head.append(reviewMark(row));
  if (done) head.append(make("span", "", done));
  head.append(make("span", "", `score ${evidence.score[row].toFixed(2)}`));
  head.append(make("code", "", rule));
  if (signs) head.append(make("span", "", `signs: ${signs}`));
  return make("li", "evidence", head, marked(row));
}

function evidenceList(rows) {
  return make("ol", "sentences", ...rows.map(evidenceItem));
}

// All sentences of a fact, the ones that contradict it apart.
function evidenceOf(fact) {
  const parts = [evidenceList(facts.own[fact])];
  if (facts.against[fact].length) {
    parts.push(make("h4", "", "Against it"), evidenceList(facts.against[fact]));
  }
  if (facts.more[fact]) {
    const more = many(facts.more[fact], "row", "rows");
    parts.push(make("p", "note", `${more} more in the table of relations.`));
  }
  return make("div", "proof", ...parts);
}

// --- facts as a list, each of which opens its sentences ------------------------------

function factHead(fact) {
  const line = make("span", "statement", conceptChip(facts.subject[fact]), " ");
  line.append(make("span", "predicate", predicateOf(fact)), " ", conceptChip(facts.object[fact]));
  line.append(" ", effectChip(effectOf(fact)));
  for (const said of states(fact)) line.append(" ", make("span", `flag ${said}`, said));
  return line;
}

// A button that shows and hides what ``fill`` makes, which is made when first asked for.
function opener(label, fill, place) {
  const toggle = make("button", "opener", label);
  toggle.type = "button";
  toggle.setAttribute("aria-expanded", "false");
  let made = null;
  const turn = (open) => {
    toggle.setAttribute("aria-expanded", String(open));
    if (open && !made) place((made = fill()));
    if (made) made.hidden = !open;
  };
  toggle.addEventListener("click", () => turn(toggle.getAttribute("aria-expanded") !== "true"));
  toggle.open = () => turn(true);
  return toggle;
}

function factItem(fact) {
  const item = make("li", "fact");
  const toggle = opener(factHead(fact), () => evidenceOf(fact), (made) => item.append(made));
  toggle.append(make("small", "", `${sizes(fact)}, score ${facts.score[fact].toFixed(2)}`));
  item.append(toggle);
  return item;
}

// Shows a list of facts in pages under a heading; a single fact is opened at once.
function showFacts(place, heading, found) {
  const title = make("h3", "", heading);
  title.tabIndex = -1;
  const list = make("ol", "facts");
  const pager = make("nav", "pager");
  pager.setAttribute("aria-label", "Pages of facts");
  let page = 0;
  const draw = () => {
    list.replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map(factItem));
    drawPager(pager, page, Math.ceil(found.length / PAGE), (to) => ((page = to), draw()));
  };
  draw();
  if (found.length === 1) list.querySelector(".opener").open();
  place.replaceChildren(title, found.length ? list : make("p", "note", "No fact."), pager);
  return title;
}

function drawPager(pager, page, pages, go) {
  pager.hidden = pages < 2;
  const focused = pager.contains(document.activeElement) && document.activeElement.dataset.step;
  const steps = [["first", 0], ["previous", page - 1], ["next", page + 1], ["last", pages - 1]];
  const made = steps.map(([name, to]) => {
    const off = to < 0 || to >= pages || to === page;
    const one = button(name, () => off || go(to));
    one.dataset.step = name;
    one.setAttribute("aria-disabled", String(off));
    return one;
  });
  made.splice(2, 0, make("span", "", `page ${page + 1} of ${count(pages)}`));
  pager.replaceChildren(...made);
  if (focused) pager.querySelector(`[data-step=${focused}]`).focus();
}

function fill(select, values, shown = String) {
  select.append(...values.map((value) => new Option(shown(value), value)));
}

// Calls ``act`` when a form changes; words typed in one go make one call.
function onChange(form, act) {
  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(act, event.target.type === "search" ? 150 : 0);
  });
  form.addEventListener("reset", () => setTimeout(act));
  form.addEventListener("submit", (event) => event.preventDefault());
}
