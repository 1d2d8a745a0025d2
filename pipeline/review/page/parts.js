// Elements of the page. Texts of documents enter it as text alone, never as markup.

const BREAKS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

export function button(text, act, className = "") {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

// Line breaks inside of a sentence are where the paper was narrow, no more.
export const flat = (text) => text.replace(BREAKS, " ");

// A name of a document, concept or person, which may run from right to left.
export const named = (text, className = "") => make("bdi", className, flat(text));

export const number = (n) => n.toLocaleString("en");

export const share = (value) => (value === null ? "–" : value.toFixed(3));

export function range(low, high) {
  return low === null || high === null ? "" : `${low.toFixed(2)}–${high.toFixed(2)}`;
}

// A sentence or paragraph with its marks; `cuts` are [text, roles, roles that begin here].
export function marked(cuts, className = "sentence") {
  const line = make("p", className);
  line.dir = "auto";
  for (const [text, roles, opened] of cuts) {
    const shown = roles.filter((role) => role !== "sentence");
    const words = opened
      .filter((role) => role !== "sentence")
      .map((role) => make("span", "role", role));
    const part = shown.length
      ? make("mark", shown.join(" "), ...words, flat(text))
      : document.createTextNode(flat(text));
    line.append(roles.includes("sentence") ? make("span", "around", part) : part);
  }
  return line;
}

export const SAID = { accept: "accepted", reject: "rejected", unsure: "unsure", fix: "fixed" };
const SIGNS = { accept: "✓", reject: "✗", unsure: "?", fix: "✎" };

export function badge(decision, text = SAID[decision] ?? decision) {
  const sign = make("span", "", `${SIGNS[decision] ?? ""} `);
  sign.ariaHidden = "true";
  return make("span", `badge ${decision}`, sign, text);
}

// What a row states, in words.
export function statement({ subject, object, predicate, ...row }) {
  const said = [`${subject.name || subject.text} — ${predicate} → ${object.name || object.text}`];
  if (row.effect) said.push(`effect ${row.effect}`);
  if (row.function) said.push(`function ${row.function}`);
  if (row.negated) said.push("negated");
  if (row.hedged) said.push("hedged");
  return flat(said.join(", "));
}
