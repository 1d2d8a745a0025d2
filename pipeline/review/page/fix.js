// The dialog that corrects a row: every field by keyboard, the marks as they will be, and only
// what was changed is sent.

import { ROLES, argumentsOf, changed, fieldsOf, sentenceOf } from "./corrections.js";
import { openForm } from "./dialogs.js";
import { field, input, noteInput, radios, select } from "./fields.js";
import { offer } from "./filters.js";
import { button, flat, make, marked } from "./parts.js";
import { cut, find, overlap, placeSaid, same, stepped, triggersOf, wordsAt } from "./places.js";

const STEPS = {
  ArrowUp: { edge: "end", wider: true },
  ArrowDown: { edge: "end", wider: false },
};

export class FixDialog {
  // `lists` has the effects, functions, labels and signatures; `save(corrections, note)` gives
  // null, or the {message, field} of what is wrong.
  constructor(row, given, note, { lists, suggest, save }) {
    Object.assign(this, { row, lists, suggest, save, before: given });
    this.sentence = sentenceOf(row);
    this.triggers = triggersOf(row);
    this.values = fieldsOf(row, given);
    this.form = openForm(
      "Fix",
      "fix",
      "Save the fix",
      () => this.#submit(),
      ...this.#fields(note),
    ).querySelector("form");
    this.form.addEventListener("input", ({ target }) => this.#changed(target));
    this.form.noValidate = true; // the server knows what is wrong, and says it at the field
    this.#show();
    this.form.elements.predicate.focus();
  }

  // --- fields ---------------------------------------------------------------------------

  #fields(note) {
    this.preview = make("div", "preview");
    const { predicates, effects, functions } = this.lists;
    this.joins = make("small", "joins");
    this.functions = this.#field(
      "function",
      "Function",
      select("function", ["", ...functions], this.values.function),
    );
    const statement = make(
      "fieldset",
      "statement",
      make("legend", "", "Statement"),
      this.#field(
        "predicate",
        "Predicate",
        select("predicate", predicates, this.values.predicate),
        this.joins,
      ),
      this.functions,
      radios("effect", "Effect", effects, this.values.effect),
      make(
        "div",
        "flags",
        this.#flag("swap", "swap subject and object"),
        this.#flag("negated", "negated"),
        this.#flag("hedged", "hedged"),
      ),
    );
    return [
      this.preview,
      statement,
      make("div", "arguments", ...ROLES.map((role) => this.#argument(role))),
      field("Note", noteInput(note)),
    ];
  }

  #field(name, label, control, ...beside) {
    const wrong = make("span", "wrong");
    wrong.id = `wrong-${name}`;
    control.setAttribute("aria-describedby", wrong.id);
    return field(label, control, ...beside, wrong);
  }

  #flag(name, label) {
    const box = input(name, "true", { type: "checkbox", checked: this.values[name] === "true" });
    const wrong = make("span", "wrong");
    wrong.id = `wrong-${name}`;
    box.setAttribute("aria-describedby", wrong.id);
    return make("label", "flag", box, label, wrong);
  }

  #argument(role) {
    const words = input(role, this.values[role], { dir: "auto", spellcheck: false });
    words.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.#step(role, event.shiftKey ? "start" : step.edge, step.wider);
    });
    const name = input(`${role}_name`, this.values[`${role}_name`], {
      dir: "auto",
      spellcheck: false,
    });
    const names = make("datalist");
    names.id = `names-${role}`;
    name.setAttribute("list", names.id);
    const label = select(`${role}_label`, this.lists.labels, this.values[`${role}_label`]);
    return make(
      "fieldset",
      role,
      make("legend", "", make("mark", role, role)),
      this.#field(role, "Words", words, this.#steps(role), make("small", "place")),
      this.#field(`${role}_label`, "Label", label),
      this.#field(`${role}_name`, "Concept", name, names, make("small", "known")),
    );
  }

  #steps(role) {
    const line = make("span", "steps");
    const add = (shown, said, act) => {
      const one = button(shown, act);
      one.title = one.ariaLabel = `${role}: ${said}`;
      line.append(one);
      return one;
    };
    line.append("start");
    add("+", "one word more at the start (Shift and arrow up in the field)", () =>
      this.#step(role, "start", true),
    );
    add("−", "one word less at the start (Shift and arrow down)", () =>
      this.#step(role, "start", false),
    );
    line.append("end");
    add("−", "one word less at the end (arrow down)", () => this.#step(role, "end", false));
    add("+", "one word more at the end (arrow up)", () => this.#step(role, "end", true));
    add("next place", "the next place of the same words", () => this.#nextPlace(role)).className =
      "next";
    return line;
  }

  // --- changes --------------------------------------------------------------------------

  get #before() {
    return argumentsOf(this.row, this.values.swap === "true");
  }

  #found(role) {
    return find(this.sentence, this.values[role], this.#before[role]);
  }

  #step(role, edge, wider) {
    const spot = this.#found(role).chosen ?? this.#before[role];
    this.#put(role, wordsAt(this.sentence, stepped(this.sentence, spot, edge, wider)));
    this.#show();
  }

  #nextPlace(role) {
    const { all, chosen } = this.#found(role);
    if (all.length < 2) return;
    const at = chosen ? all.findIndex((spot) => same(spot, chosen)) : -1;
    this.#put(role, wordsAt(this.sentence, all[(at + 1) % all.length]));
    this.#show();
  }

  #put(name, value) {
    this.values[name] = value;
    this.form.elements[name].value = value;
  }

  #changed({ name, type, checked, value, list }) {
    if (!(name in this.values)) return;
    this.values[name] = type === "checkbox" ? String(checked) : value;
    if (name === "swap") this.#swap();
    if (list)
      offer(this.form.elements[name], this.suggest, {
        kind: "concept",
        label: this.values[name.replace("_name", "_label")],
      });
    this.#show();
  }

  #swap() {
    for (const what of ["", "_label", "_name"]) {
      const [subject, object] = ROLES.map((role) => this.values[role + what]);
      this.#put(`subject${what}`, object);
      this.#put(`object${what}`, subject);
    }
  }

  #show() {
    this.#forgive();
    const [subjects, objects] = this.lists.signatures[this.values.predicate].map((ends) =>
      ends.join(" or "),
    );
    this.joins.textContent = `joins ${subjects} → ${objects}`;
    this.functions.hidden = this.values.predicate !== "ACTS_ON";
    const marks = this.triggers.map((spot) => [spot, "trigger"]);
    for (const role of ROLES) {
      const { all, chosen } = this.#found(role);
      if (chosen) marks.push([chosen, role]);
      const said = this.form.querySelector(`fieldset.${role} .place`);
      said.textContent = placeSaid(all, chosen);
      said.classList.toggle("wrong", !chosen);
      this.form.querySelector(`fieldset.${role} .next`).disabled = all.length < 2;
      this.#showName(role, chosen);
    }
    this.preview.replaceChildren(marked(cut(this.sentence, marks)));
  }

  #showName(role, chosen) {
    const was = this.#before[role];
    const label = this.values[`${role}_label`];
    const other = !chosen || !same(chosen, was) || label !== was.label;
    const said = this.form.querySelector(`fieldset.${role} .known`);
    const kept =
      chosen && label === was.label && overlap(chosen, was) && was.name
        ? ` If none is known for them, it stays ${flat(was.name)}.`
        : "";
    said.textContent = other
      ? `Left empty: the concept of the words that stand there now.${kept}`
      : `Left empty it stays ${flat(was.name) || "as it is, without a name"}.`;
    this.form.elements[`${role}_name`].placeholder = other ? "" : was.name;
  }

  // --- saving ---------------------------------------------------------------------------

  async #submit() {
    this.#forgive();
    const empty = ROLES.find((role) => !this.values[role].trim());
    const wrong = empty
      ? { field: empty, message: "no words are given; write them as they stand in the sentence" }
      : await this.save(changed(this.row, this.values), this.form.elements.note.value);
    return wrong ? this.#blame(wrong) : null;
  }

  // What was wrong was wrong of the fields as they were.
  #forgive() {
    for (const shown of this.form.querySelectorAll("[id^=wrong-]")) shown.textContent = "";
    for (const invalid of this.form.querySelectorAll("[aria-invalid]"))
      invalid.removeAttribute("aria-invalid");
  }

  // Says what is wrong at its field, and there alone, and leads there; gives what belongs to no
  // field.
  #blame({ field: name, message }) {
    const place = name ? this.form.querySelector(`#wrong-${CSS.escape(name)}`) : null;
    if (!place) return message;
    place.textContent = message.replace(`${name}: `, "");
    const beside = place.parentElement.querySelector(".place");
    if (beside) beside.textContent = "";
    const control =
      this.form.elements[name] instanceof RadioNodeList
        ? this.form.elements[name][0]
        : this.form.elements[name];
    control.setAttribute("aria-invalid", "true");
    control.focus();
    return "";
  }
}
