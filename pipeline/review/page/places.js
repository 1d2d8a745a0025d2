// Where words stand in a sentence. Places here are in UTF-16 units, as JavaScript counts;
// the server counts characters. The rules are those by which the server reads a correction.

import { number } from "./parts.js";

const BLANK = "[\\s\\x1c-\\x1f\\x85]";
const SIGN = "\\p{L}\\p{N}";
const FROM = "‘’‚‛`´′“”„″‐‑‒–—―−µ";
const TO = "'''''''\"\"\"\"-------μ";
const EDGE = "[\\s\\x1c-\\x1f\\x85\\ufeff\\u200b\\u200e\\u200f\\u2060]+";
const EDGES = new RegExp(`^${EDGE}|${EDGE}$`, "gu");
const NUMBERED = /^(.*\S)\s*\[(\d{1,3})\]$/su;
const STEP = /[\p{L}\p{N}\p{M}_]+(?:[-‐‑–'’/.][\p{L}\p{N}\p{M}_]+)*|\S/gu;

const alike = (text) =>
  [...text].map((sign) => (FROM.includes(sign) ? TO[FROM.indexOf(sign)] : sign)).join("");

// The place of characters `start` to `end`.
export function place(text, start, end) {
  const signs = [...text];
  const first = signs.slice(0, start).join("").length;
  return { start: first, end: first + signs.slice(start, end).join("").length };
}

export const same = (one, other) => one.start === other.start && one.end === other.end;

export const overlap = (one, other) => one.start < other.end && other.start < one.end;

function spots(sentence, words) {
  const wanted = words.replace(EDGES, "");
  if (!wanted) return [];
  const left = new RegExp(`^[${SIGN}]`, "u").test(wanted) ? `(?<![${SIGN}])` : "";
  const right = new RegExp(`[${SIGN}]$`, "u").test(wanted) ? `(?![${SIGN}])` : "";
  for (const [needle, text, flags] of [
    [wanted, sentence, "gu"],
    [alike(wanted), alike(sentence), "giu"],
  ]) {
    const parts = needle.split(new RegExp(`${BLANK}+`, "u")).filter(Boolean);
    const escaped = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&"));
    const pattern = new RegExp(left + escaped.join(`${BLANK}+`) + right, flags);
    const found = [...text.matchAll(pattern)];
    if (found.length) {
      return found.map((match) => ({ start: match.index, end: match.index + match[0].length }));
    }
  }
  return [];
}

// The place that is meant by words, which may end in a number such as "[2]", and all places they
// have; `old` is where the argument stood. `chosen` is null where none or several fit.
export function find(sentence, words, old) {
  if (words === wordsAt(sentence, old)) {
    const all = spots(sentence, sentence.slice(old.start, old.end));
    return { all: all.some((spot) => same(spot, old)) ? all : [old], chosen: old };
  }
  let all = spots(sentence, words);
  if (!all.length) {
    const numbered = words.replace(EDGES, "").match(NUMBERED);
    if (numbered) {
      all = spots(sentence, numbered[1]);
      return { all, chosen: all[Number(numbered[2]) - 1] ?? null };
    }
  }
  const here = all.find((spot) => overlap(spot, old));
  return { all, chosen: here ?? (all.length === 1 ? all[0] : null) };
}

// The words at a place, with their number where they stand more than once.
export function wordsAt(sentence, spot) {
  const words = sentence
    .slice(spot.start, spot.end)
    .split(new RegExp(`${BLANK}+`, "u"))
    .join(" ");
  const all = spots(sentence, words);
  const at = all.findIndex((other) => same(other, spot));
  return all.length > 1 && at >= 0 ? `${words} [${at + 1}]` : words;
}

// The place with one word more or less at its "start" or "end"; as it was where there is none.
export function stepped(sentence, spot, edge, wider) {
  const steps = [...sentence.matchAll(STEP)].map(({ index, 0: word }) =>
    edge === "start" ? index : index + word.length,
  );
  const before = steps.filter((at) => at < spot[edge]).at(-1);
  const after = steps.find((at) => at > spot[edge]);
  const moved = { ...spot, [edge]: (edge === "start") === wider ? before : after };
  return moved[edge] === undefined || moved.start >= moved.end ? spot : moved;
}

// The sentence cut where marks change; `marks` are [place, role].
export function cut(sentence, marks) {
  const edges = new Set([0, sentence.length]);
  for (const [spot] of marks) edges.add(spot.start).add(spot.end);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted
    .slice(0, -1)
    .map((start, at) => [
      sentence.slice(start, sorted[at + 1]),
      marks.filter(([s]) => s.start <= start && sorted[at + 1] <= s.end).map(([, role]) => role),
      marks.filter(([s]) => s.start === start).map(([, role]) => role),
    ]);
}

// What is said beside words that stand nowhere, or more than once.
export function placeSaid(all, chosen) {
  if (!all.length) return "These words do not stand in the sentence.";
  if (all.length === 1) return "";
  if (!chosen)
    return `These words stand ${number(all.length)} times; say which with its number, such as [2].`;
  const at = all.findIndex((spot) => same(spot, chosen)) + 1;
  return `place ${at} of ${all.length}`;
}

// Where the trigger of a row stands, from its first part to its last.
export function triggersOf(row) {
  const spots = [];
  let start = 0;
  for (const [text, roles] of row.segments) {
    if (roles.includes("trigger")) spots.push({ start, end: start + text.length });
    start += text.length;
  }
  const [first, last] = [spots[0], spots.at(-1)];
  return first ? [{ start: first.start, end: last.end }] : [];
}
