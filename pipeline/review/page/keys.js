// Single keys, which a toolbar and the help show too.

import { button, make } from "./parts.js";

export const KEYS = [
  {
    act: "accept",
    decides: true,
    keys: ["a"],
    tool: "accept",
    does: "accept: the row is right as it stands",
  },
  {
    act: "reject",
    decides: true,
    keys: ["r"],
    tool: "reject",
    does: "reject: the text does not say this",
  },
  {
    act: "unsure",
    decides: true,
    keys: ["u"],
    tool: "unsure",
    does: "unsure: decide later, or let others",
  },
  { act: "fix", decides: true, keys: ["f"], tool: "fix", does: "fix: say what is right instead" },
  { act: "note", keys: ["n"], tool: "note", does: "write a note" },
  { act: "undo", keys: ["z"], tool: "undo", does: "take the latest decision back" },
  { act: "paragraph", keys: ["p"], tool: "paragraph", does: "the paragraph around the sentence" },
  { act: "elsewhere", keys: ["e"], tool: "elsewhere", does: "the same fact elsewhere in the run" },
  { act: "next", keys: ["j", "ArrowDown"], tool: "next", does: "next row", repeats: true },
  { act: "previous", keys: ["k", "ArrowUp"], tool: "previous", does: "row before", repeats: true },
  { act: "first", keys: ["Home"], does: "first row of these 50" },
  { act: "last", keys: ["End"], does: "last row of these 50" },
  { act: "next-page", keys: ["PageDown"], does: "next 50 rows" },
  { act: "previous-page", keys: ["PageUp"], does: "50 rows before" },
  { act: "search", keys: ["/"], does: "search" },
  { act: "figures", keys: ["g"], does: "figures: show or hide" },
  { act: "help", keys: ["?"], does: "these keys" },
  { act: "close", keys: ["Escape"], does: "close what is open; leave a field" },
];

const SHOWN = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };
export const shown = ({ keys }) => keys.map((key) => SHOWN[key] ?? key);

const writes = (target) =>
  target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea") ?? null;

// The sign of a key, also on a keyboard whose letters are not Latin.
function signOf({ key, code }) {
  const latin = key.charCodeAt(0) < 128;
  return latin || !code.startsWith("Key") ? key : code.slice(3).toLowerCase();
}

// Calls `act(name)` for a key that means something, outside of fields and dialogs.
export function listen(act) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.getModifierState("AltGraph")) return; // writes another letter
    if (document.querySelector("dialog[open]")) return;
    const sign = signOf(event);
    const typed = sign.length === 1 && !event.shiftKey ? sign.toLowerCase() : sign;
    const found = KEYS.find(({ keys }) => keys.includes(typed));
    if (!found || (writes(event.target) && found.act !== "close")) return;
    event.preventDefault();
    if (!event.repeat || found.repeats) act(found.act);
  });
}

// Buttons for the same, in one stop of the Tab key; arrows go from one to the next.
export function tools(bar, act) {
  for (const key of KEYS.filter(({ tool }) => tool)) {
    const one = button("", () => act(key.act), key.decides ? key.act : "");
    one.append(make("kbd", "", key.keys[0]), ` ${key.tool}`);
    one.title = key.does;
    one.tabIndex = bar.children.length ? -1 : 0;
    bar.append(one);
  }
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const all = [...bar.children];
    const next = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  });
}
