// How far the review has come, how many rows were right, how far curators agree.

import { button, flat, make, named, number, range, share } from "./parts.js";

const ROWS = 12; // of a table, before the rest is folded away

export class Figures {
  constructor(body, { filter, showStale }) {
    Object.assign(this, { body, filter, showStale, unfolded: new Set() });
  }

  show(figures) {
    this.body.replaceChildren(
      ...this.#cards(figures),
      make(
        "p",
        "note",
        "Rows sorted by what is most uncertain are no fair sample: for an estimate " +
          "of the whole run take the order “random sample” and decide every row.",
      ),
      ...this.#stale(figures.stale),
      this.#table("By predicate", "predicate", figures.predicate),
      this.#table("By rule", "rule", figures.rule),
      this.#agreement(figures.agreement),
    );
  }

  #cards(figures) {
    const card = (name, value, ...beside) =>
      make(
        "li",
        "",
        make("span", "name", name),
        make("strong", "", value),
        ...beside.map((text) => make("span", "beside", text)),
      );
    const of = (n) => `${number(n)} of ${number(figures.judged)} judged`;
    const list = make("ul", "cards");
    list.append(
      card(
        "Reviewed",
        number(figures.reviewed),
        `of ${number(figures.total)}`,
        `${number(figures.unsure)} unsure`,
      ),
      card(
        "Precision",
        share(figures.precision),
        range(figures.low, figures.high),
        of(figures.right),
      ),
      card(
        "Wholly right",
        share(figures.whole),
        range(figures.whole_low, figures.whole_high),
        of(figures.wholly_right),
      ),
    );
    const note = make(
      "p",
      "note",
      "Precision: relations accepted, or fixed in effect, function, negation, " +
        "hedging or concept alone. Wholly right: accepted. Ranges are 95 % intervals.",
    );
    return [list, note];
  }

  #stale(n) {
    if (!n) return [];
    const text =
      n === 1
        ? "1 earlier decision no longer applies"
        : `${number(n)} earlier decisions no longer apply`;
    return [make("p", "", button(text, this.showStale, "link"))];
  }

  #table(title, kind, parts) {
    const section = make("section", "", make("h3", "", title));
    if (!parts.length)
      return (section.append(make("p", "note", "Nothing is decided yet.")), section);
    const table = make("table");
    const heads = [kind, "reviewed", "precision", "95 %"].map((text, at) =>
      make("th", at ? "number" : "", text),
    );
    for (const head of heads) head.scope = "col";
    const body = make("tbody", "", ...parts.map((part) => this.#line(kind, part)));
    table.append(make("thead", "", make("tr", "", ...heads)), body);
    section.append(make("div", "scroll", table));
    this.#fold(section, kind, [...body.rows]);
    return section;
  }

  #line(kind, part) {
    const filter = button("", () => this.filter({ [kind]: part.name }), "link");
    filter.append(parted(part.name));
    filter.title = `only rows of this ${kind}`;
    const name = make("th", "", part.name ? filter : "(none)");
    name.scope = "row";
    const cells = [number(part.reviewed), share(part.precision)].map((text) =>
      make("td", "number", text),
    );
    return make("tr", "", name, ...cells, make("td", "number", interval(part)));
  }

  #fold(section, kind, lines) {
    const rest = lines.slice(ROWS);
    if (!rest.length) return;
    const open = this.unfolded.has(kind);
    for (const line of rest) line.hidden = !open;
    const toggle = button(
      open ? "fewer" : `${rest.length} more`,
      () => {
        if (!this.unfolded.delete(kind)) this.unfolded.add(kind);
        for (const line of rest) line.hidden = !line.hidden;
        toggle.textContent = rest[0].hidden ? `${rest.length} more` : "fewer";
      },
      "link",
    );
    section.append(toggle);
  }

  #agreement(pairs) {
    const section = make("section", "", make("h3", "", "Agreement of curators"));
    if (!pairs.length) section.append(make("p", "note", "No row was decided by two curators yet."));
    for (const { curators, both, alike, kappa } of pairs) {
      const [one, other] = curators;
      const of = `: ${number(alike)} of ${number(both)} alike`;
      const said = kappa === null ? "" : `, kappa ${kappa.toFixed(2)}`;
      section.append(make("p", "pair", named(one), " and ", named(other), of + said));
    }
    return section;
  }
}

// A name that may be broken behind its underscores.
function parted(name) {
  const shown = named("");
  for (const part of flat(name).split(/(?<=_)/)) shown.append(part, make("wbr"));
  return shown;
}

// The interval as a bar beside its numbers.
function interval({ precision, low, high }) {
  if (precision === null || low === null) return "–";
  const bar = make("span", "bar", make("span", "span"), make("span", "dot"));
  bar.ariaHidden = "true";
  const [span, dot] = bar.children;
  span.style.left = `${low * 100}%`;
  span.style.width = `${(high - low) * 100}%`;
  dot.style.left = `${precision * 100}%`;
  return make("span", "interval", range(low, high), bar);
}
