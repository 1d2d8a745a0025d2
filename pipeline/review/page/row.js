// A row on the page. `view` holds the row as the server has it, the decision that is on its way,
// and what was opened below it.

import { correctionsOf, said } from "./corrections.js";
import { SAID, badge, button, flat, make, marked, named, number, statement } from "./parts.js";

export const viewOf = (row, pending = null) => ({
  row,
  pending,
  guest: false, // brought here from outside of the list
  paragraph: null,
  elsewhere: null,
  element: null,
});

// The decision that holds for the curator, sent or not; null for none.
export function decided({ row, pending }) {
  if (pending) return pending;
  if (!row.mine) return null;
  const { decision, note, fixes } = row.mine;
  return { decision, note, corrections: decision === "fix" ? correctionsOf(row, fixes) : {} };
}

export const isOpen = (view) => !view.pending && !view.row.mine;

export function draw(view, position, acts) {
  const { row } = view;
  const mine = decided(view);
  const element = view.element ?? make("article");
  view.element = element;
  element.className = `row ${mine ? mine.decision : "open"}`;
  element.ariaLabel =
    `row ${number(position)}: ${statement(row)}; ` + (mine ? SAID[mine.decision] : "open");
  element.ariaPosInSet = String(position);
  element.dataset.id = row.id;
  element.replaceChildren(
    head(view, position, mine, acts),
    marked(row.segments),
    claim(row),
    facts(row),
    ...opinions(view, mine),
    ...below(view, acts),
  );
  return element;
}

function head(view, position, mine, acts) {
  const { row } = view;
  const line = make("p", "head", make("span", "position", number(position)));
  const document = button("", () => acts.filter({ document: row.document }), "link");
  document.append(named(row.document));
  document.title = "only rows of this document";
  line.append(document);
  if (row.section) line.append(named(row.section, "section"));
  if (view.guest) line.append(make("span", "guest", "brought here, not of this list"));
  const end = make("span", "end", make("span", "score", `score ${row.score.toFixed(2)}`));
  if (mine) end.append(badge(mine.decision));
  if (view.pending) end.append(make("span", "unsaved", "not saved yet"));
  line.append(end);
  return line;
}

function claim(row) {
  const line = make("p", "claim");
  const end = (argument) => named(argument.name || argument.text, "concept");
  line.append(
    end(row.subject),
    " — ",
    make("b", "predicate", row.predicate),
    " → ",
    end(row.object),
  );
  if (row.effect) line.append(make("span", `effect ${row.effect}`, `effect ${row.effect}`));
  if (row.function) line.append(make("span", "effect", `function ${row.function}`));
  if (row.negated) line.append(make("span", "flag", "negated"));
  if (row.hedged) line.append(make("span", "flag", "hedged"));
  return line;
}

function facts(row) {
  const list = make("dl", "facts");
  const add = (term, ...said) =>
    list.append(make("div", "", make("dt", "", term), make("dd", "", ...said)));
  for (const role of ["subject", "object"]) {
    const { text, label, name, id } = row[role];
    const words =
      name && flat(name) !== flat(text) ? [named(`“${text}”`), " = ", named(name)] : [named(text)];
    add(
      role,
      ...words,
      " ",
      make("span", "label", label),
      ...(id ? [" ", make("code", "", named(id))] : []),
    );
  }
  if (row.trigger) add("trigger", named(row.trigger));
  if (row.rule) add("rule", make("code", "", named(row.rule)));
  if (row.signs) add("signs", named(row.signs));
  return list;
}

function opinions({ row }, mine) {
  const lines = [];
  if (mine) {
    const fixed = said(row, mine.corrections ?? {});
    const parts = [fixed && `corrected: ${fixed}`, mine.note && `note: ${mine.note}`];
    if (row.mine?.asked)
      parts.unshift(`your ${row.mine.asked} of an earlier run, which this row now fulfils`);
    const words = parts.filter(Boolean).join(" · ");
    if (words) lines.push(make("p", "mine", named(words)));
  }
  if (!mine && row.earlier) {
    const { decision, date, note, reason, subject, predicate, object } = row.earlier;
    lines.push(
      make(
        "p",
        "earlier",
        `You ${past(decision)} this${date ? ` on ${date.slice(0, 10)}` : ""} when it said `,
        named(`${subject} — ${predicate} → ${object}`),
        "; ",
        named(reason),
        ".",
        note ? ` Your note: ${flat(note)}` : "",
      ),
    );
  }
  for (const other of row.others) {
    const words = other.decision === "fix" ? said(row, correctionsOf(row, other.fixes)) : "";
    const rest = [words, other.note && `note: ${other.note}`].filter(Boolean).join(" · ");
    lines.push(
      make("p", "other", named(other.curator), " ", badge(other.decision), " ", named(rest)),
    );
  }
  return lines;
}

const past = (decision) => (decision === "unsure" ? "were unsure about" : SAID[decision]);

function below({ paragraph, elsewhere }, acts) {
  const parts = [];
  if (paragraph?.missing) parts.push(make("p", "notice", flat(paragraph.missing)));
  else if (paragraph) {
    const block = make("section", "paragraph");
    block.ariaLabel = "the paragraph";
    if (paragraph.title) block.append(make("p", "title", named(paragraph.title)));
    const before = paragraph.before ? [["… ", [], []]] : [];
    const after = paragraph.after ? [[" …", [], []]] : [];
    block.append(marked([...before, ...paragraph.segments, ...after], "around-text"));
    parts.push(block);
  }
  if (elsewhere) parts.push(drawElsewhere(elsewhere, acts));
  return parts;
}

function drawElsewhere({ total, rows }, acts) {
  if (!total) return make("p", "notice", "Nowhere else in this run is the same fact stated.");
  const block = make("section", "elsewhere");
  block.ariaLabel = "the same fact elsewhere";
  const shown = rows.length < total ? `, the surest ${rows.length} of them` : "";
  const times = total === 1 ? "once" : `${number(total)} times`;
  block.append(make("p", "title", `The same fact is stated ${times} elsewhere${shown}:`));
  const list = make("ul");
  for (const row of rows) {
    const line = make(
      "p",
      "head",
      named(row.document),
      make("span", "score", `score ${row.score.toFixed(2)}`),
    );
    if (row.negated) line.append(make("span", "flag", "negated"));
    if (row.hedged) line.append(make("span", "flag", "hedged"));
    if (row.mine) line.append(badge(row.mine.decision));
    line.append(button("go to this row", () => acts.bring(row.id), "link"));
    list.append(make("li", "", line, marked(row.segments, "small")));
  }
  block.append(list);
  return block;
}
