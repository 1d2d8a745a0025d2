// Which rows, in which order: the fields, and the address that keeps them.

import { number } from "./parts.js";

const TYPING = 250; // milliseconds without a key until a search begins
const KEYS = [
  ...["search", "state", "sort", "predicate", "label"],
  ...["concept", "document", "rule", "min_score", "max_score"],
];
const DEFAULTS = { state: "open", sort: "uncertain" };
const RARE = ["predicate", "label", "concept", "document", "rule", "min_score", "max_score"];
const ALL = "all"; // how the address says that a default does not hold

export class Filters {
  // `suggest(kind, typed)` gives names; `changed` is called with the filter that is now asked for.
  // `done` when Enter was pressed.
  constructor(form, { suggest, changed, done }) {
    Object.assign(this, { form, suggest, changed });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.apply();
      done();
    });
    form.addEventListener("change", () => this.apply());
    form.addEventListener("input", ({ target }) => this.#typed(target));
    form.querySelector("#clear").addEventListener("click", () => this.set({}, { only: true }));
    window.addEventListener("popstate", () => this.#fromAddress());
    form.querySelector("#more").open = window.matchMedia("(min-width: 60rem)").matches;
  }

  fill({ predicates, rules, labels }) {
    const { elements } = this.form;
    const counted = ([name, n]) => new Option(`${name || "(none)"} (${number(n)})`, name);
    elements.predicate.append(...Object.entries(predicates).map(counted));
    elements.rule.append(
      ...Object.entries(rules)
        .filter(([name]) => name)
        .map(counted),
    );
    elements.label.append(...labels.map((label) => new Option(label, label)));
    this.#fromAddress();
  }

  get values() {
    return Object.fromEntries(KEYS.map((key) => [key, this.form.elements[key].value.trim()]));
  }

  // Ask for some values and leave the others, or for these `only`.
  set(values, { only = false } = {}) {
    for (const key of KEYS) {
      if (only || key in values) this.#put(key, values[key] ?? DEFAULTS[key] ?? "");
    }
    this.apply();
  }

  // A value that the field does not offer, of an address that is old, must still be seen.
  #put(key, value) {
    const field = this.form.elements[key];
    field.value = value;
    if (field.value !== value && field instanceof HTMLSelectElement) {
      field.append(new Option(value, value));
      field.value = value;
    }
  }

  #fromAddress() {
    const given = new URLSearchParams(location.search);
    for (const key of KEYS) {
      const value = given.get(key) ?? DEFAULTS[key] ?? "";
      this.#put(key, value === ALL ? "" : value);
    }
    this.asked = this.#address();
    this.#count();
    this.changed(this.values);
  }

  #address() {
    const given = Object.entries(this.values)
      .filter(([key, value]) => value !== (DEFAULTS[key] ?? ""))
      .map(([key, value]) => [key, value || ALL]);
    return given.length ? `?${new URLSearchParams(given)}` : location.pathname;
  }

  #count() {
    const n = RARE.filter((key) => this.values[key]).length;
    this.form.querySelector("#more-count").textContent = n ? `(${n} set)` : "";
    if (n) this.form.querySelector("#more").open = true;
  }

  apply() {
    clearTimeout(this.waiting);
    const address = this.#address();
    if (address === this.asked || !this.form.checkValidity()) return;
    this.asked = address;
    history.pushState(null, "", address);
    this.#count();
    this.changed(this.values);
  }

  #typed(field) {
    if (!field.list) {
      clearTimeout(this.waiting);
      if (field.type === "search") this.waiting = setTimeout(() => this.apply(), TYPING);
      return;
    }
    const offered = [...field.list.options].some((option) => option.value === field.value);
    if (offered || !field.value) this.apply();
    else offer(field, this.suggest, { kind: field.name });
  }
}

const questions = new WeakMap();

// Fill the suggestions of a field with names that fit what was typed.
export function offer(field, suggest, given) {
  clearTimeout(questions.get(field));
  const asked = setTimeout(async () => {
    const typed = field.value;
    const names = await suggest({ ...given, typed });
    if (typed !== field.value) return;
    field.list.replaceChildren(...names.map((name) => new Option(name, name)));
  }, TYPING / 2);
  questions.set(field, asked);
}
