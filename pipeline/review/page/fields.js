// Fields of forms.

import { make } from "./parts.js";

export function field(label, input, ...beside) {
  return make("div", "field", make("label", "", label, input), ...beside);
}

export function input(name, value, properties = {}) {
  return Object.assign(make("input"), { name, value, autocomplete: "off", ...properties });
}

const LONGEST_NOTE = 2000;

export const noteInput = (note) => input("note", note, { maxLength: LONGEST_NOTE });

export function select(name, values, chosen) {
  const list = make("select", "", ...values.map((value) => new Option(value || "–", value)));
  return Object.assign(list, { name, value: chosen });
}

export function radios(name, legend, values, chosen) {
  const wrong = make("span", "wrong");
  wrong.id = `wrong-${name}`;
  const choices = values.map((value) =>
    make("label", "flag", input(name, value, { type: "radio", checked: value === chosen }), value),
  );
  return make("fieldset", "radios", make("legend", "", legend), ...choices, wrong);
}
