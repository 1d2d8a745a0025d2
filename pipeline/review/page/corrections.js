// What a curator corrects in a row: from the words of the dialog to what is sent, and back from
// what was saved.

import { find, place, same, wordsAt } from "./places.js";

export const ROLES = ["subject", "object"];
const WHOLE = ["predicate", "effect", "function", "negated", "hedged"];

export const sentenceOf = (row) => row.segments.map((part) => part[0]).join("");

function argument(row, role, fixes = {}) {
  const given = (what) => fixes[`${role}_${what}`] || row[role][what];
  const [start, end] = ["start", "end"].map((at) => Number(given(at)) - row.sentence_start);
  return { ...place(sentenceOf(row), start, end), label: given("label"), name: given("name") };
}

// Subject and object as the row has them, the other way round where they are swapped.
export function argumentsOf(row, swapped) {
  const [subject, object] = ROLES.map((role) => argument(row, role));
  return swapped ? { subject: object, object: subject } : { subject, object };
}

// A saved fix as it was sent: so it can be changed, and sent again with another note.
export function correctionsOf(row, fixes) {
  const sentence = sentenceOf(row);
  const found = {};
  for (const name of WHOLE) if (fixes[name]) found[name] = fixes[name];
  const right = Object.fromEntries(ROLES.map((role) => [role, argument(row, role, fixes)]));
  const turned = argumentsOf(row, true);
  const swapped = ROLES.every((role) => same(right[role], turned[role]));
  if (swapped) found.swap = "true";
  const before = argumentsOf(row, swapped);
  for (const role of ROLES) {
    const [now, was] = [right[role], before[role]];
    if (!same(now, was)) found[role] = wordsAt(sentence, now);
    if (now.label !== was.label) found[`${role}_label`] = now.label;
    const other = !same(now, was) || now.label !== was.label;
    if (now.name && (other || now.name !== was.name)) found[`${role}_name`] = now.name;
  }
  return found;
}

// The fields of the dialog for a row with corrections that were made before.
export function fieldsOf(row, given) {
  const before = argumentsOf(row, given.swap === "true");
  const fields = { ...row, negated: String(row.negated), hedged: String(row.hedged) };
  const filled = { swap: given.swap ?? "false" };
  for (const name of WHOLE) filled[name] = given[name] ?? fields[name];
  for (const role of ROLES) {
    filled[role] = given[role] ?? wordsAt(sentenceOf(row), before[role]);
    filled[`${role}_label`] = given[`${role}_label`] ?? before[role].label;
    filled[`${role}_name`] = given[`${role}_name`] ?? "";
  }
  return filled;
}

// What differs from the row, by the names under which the server takes it.
export function changed(row, fields) {
  const sentence = sentenceOf(row);
  const before = argumentsOf(row, fields.swap === "true");
  const found = {};
  for (const name of WHOLE) {
    const kept = fields[name] === String(row[name]) || !fields[name];
    const idle = name === "function" && fields.predicate !== "ACTS_ON";
    if (!kept && !idle) found[name] = fields[name];
  }
  if (fields.swap === "true") found.swap = "true";
  for (const role of ROLES) {
    const was = before[role];
    const { chosen } = find(sentence, fields[role], was);
    const moved = !chosen || !same(chosen, was);
    const label = fields[`${role}_label`];
    const name = fields[`${role}_name`].trim();
    if (moved) found[role] = fields[role];
    if (label !== was.label) found[`${role}_label`] = label;
    if (name && (name !== was.name || moved || label !== was.label)) found[`${role}_name`] = name;
  }
  return found;
}

// Corrections in words, as they are shown beside the badge.
export function said(row, given) {
  const found = [];
  if (given.swap === "true") found.push("subject and object swapped");
  for (const name of ["predicate", "effect", "function"]) {
    if (given[name]) found.push(`${name} ${given[name]}`);
  }
  for (const name of ["negated", "hedged"]) {
    if (given[name]) found.push(given[name] === "true" ? name : `not ${name}`);
  }
  for (const role of ROLES) {
    if (given[role]) found.push(`${role} “${given[role]}”`);
    if (given[`${role}_label`]) found.push(`${role} is a ${given[`${role}_label`]}`);
    const name = given[`${role}_name`];
    if (name && name !== row[role].name) found.push(`${role} named ${name}`);
  }
  return found.join("; ");
}
