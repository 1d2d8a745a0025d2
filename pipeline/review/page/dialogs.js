// Dialogs: the browser's own, so that focus stays inside and Esc closes.

import { field, input, noteInput } from "./fields.js";
import { badge, button, flat, make, named, number, SAID } from "./parts.js";

let count = 0;

// Shows a dialog with a heading. It is gone from the page when it is closed, and focus is back.
export function open(title, className, ...children) {
  count += 1;
  const heading = make("h2", "", title);
  heading.id = `dialog-${count}`;
  const close = button("×", () => dialog.close(), "close");
  close.ariaLabel = "close";
  const dialog = make("dialog", className, make("header", "", heading, close), ...children);
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// Whether the page can know that the list of a select is open: Enter then chooses from it.
const seesOpenLists = CSS.supports("selector(select:open)");

function endings(saves, hasLists) {
  const save = Object.assign(make("button", "main", saves), { type: "submit" });
  const key = hasLists ? (seesOpenLists ? "Enter or Ctrl+Enter" : "Ctrl+Enter") : "Enter";
  return make("p", "endings", save, make("small", "", `${key} saves, Esc cancels`));
}

function saves({ key, ctrlKey, metaKey, target }) {
  if (key !== "Enter") return false;
  const closed = seesOpenLists && target.matches("select:not(:open)");
  return ctrlKey || metaKey || closed;
}

// A form in a dialog; `save` is called with it and gives null, else what is wrong: "" where a
// field says it.
export function openForm(title, className, saving, save, ...children) {
  const wrong = make("p", "wrong");
  wrong.role = "alert";
  const form = make("form", "", ...children, wrong);
  form.append(endings(saving, Boolean(form.querySelector("select"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    const said = await save(form);
    if (said === null) form.closest("dialog").close();
    else wrong.textContent = said;
  });
  form.addEventListener("input", () => (wrong.textContent = ""));
  form.addEventListener("keydown", (event) => {
    if (!saves(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  const dialog = open(title, className, form);
  form.querySelector("input, select").focus();
  return dialog;
}

const LONGEST_NAME = 60;

// Who reviews. The promise gives the name, or "" where the dialog was closed without one.
export function askName(name, others) {
  const names = make("datalist", "", ...others.map((one) => new Option(one, one)));
  names.id = "names";
  const typed = input("name", name, { required: true, spellcheck: false });
  typed.setAttribute("list", names.id);
  let chosen = "";
  let warned = "";
  const folded = (text) => text.normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  const save = () => {
    const said = typed.value.normalize("NFC").split(/\s+/).filter(Boolean).join(" ");
    if (!/[\p{L}\p{N}_]/u.test(said) || /\p{C}/u.test(said) || [...said].length > LONGEST_NAME) {
      return `Give letters or digits, at most ${LONGEST_NAME} characters.`;
    }
    const alike = others.find((one) => one !== said && folded(one) === folded(said));
    if (alike && !others.includes(said) && warned !== said) {
      warned = said;
      return `“${alike}” has reviewed here. If that is you, write it so; else save again.`;
    }
    chosen = said;
    return null;
  };
  const dialog = openForm(
    "Who reviews?",
    "small",
    "Review under this name",
    save,
    make(
      "p",
      "note",
      "Every decision is saved with this name. The same spelling each time keeps " +
        "your decisions together.",
    ),
    field("Name", typed),
    names,
  );
  typed.select();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(chosen)));
}

export function askNote(decision, note, save) {
  const typed = noteInput(note);
  const explained = decision
    ? `The row stays ${SAID[decision]}.`
    : "The row is not decided: with a note it is saved as unsure until you decide it.";
  openForm(
    "Note",
    "small",
    "Save the note",
    () => save(typed.value),
    field("Note", typed),
    make("p", "note", explained),
  );
  typed.select();
}

export function showKeys(keys) {
  const lines = keys.map(({ shown, does }) =>
    make(
      "tr",
      "",
      make("th", "", ...shown.flatMap((key) => [make("kbd", "", key), " "])),
      make("td", "", does),
    ),
  );
  const table = make("table", "", make("tbody", "", ...lines));
  const note = make("p", "note", "In a field keys write; Esc leads back to the rows.");
  open("Keys", "small", make("div", "", table, note));
}

// Earlier decisions that no longer apply; `go(id)` leads to the row that stands there now.
export function showStale({ total, items }, go) {
  const list = make("ul", "stale");
  for (const item of items) {
    const statement = `${item.subject} — ${item.predicate} → ${item.object}`;
    const line = make("li", "", badge(item.decision), " ", named(statement, "claim"));
    line.append(
      make(
        "p",
        "note",
        named(item.curator),
        item.date ? `, ${item.date.slice(0, 10)}` : "",
        ", ",
        named(item.document),
      ),
    );
    line.append(make("p", "", named(item.reason), item.note ? ` (note: ${flat(item.note)})` : ""));
    if (item.row) {
      const lead = button(
        "go to the row that stands there now",
        () => {
          line.closest("dialog").close();
          go(item.row);
        },
        "link",
      );
      line.append(lead);
    }
    line.append(make("p", "note", named(item.place)));
    list.append(line);
  }
  const shown = items.length < total ? `; the first ${number(items.length)} are shown` : "";
  open(`${number(total)} earlier decisions no longer apply${shown}`, "", list);
}

// Decisions that wait, and those that the server refused; each can be looked at or dropped.
export function showUnsaved(queue, { go }) {
  const dialog = open("Not saved yet", "", make("div"));
  const body = dialog.lastElementChild;
  const line = (entry) => {
    const item = make("li", "", badge(entry.decision), " ", named(entry.title, "claim"));
    if (entry.withdrawn) item.append(make("p", "note", "taken back; to be looked up there"));
    if (entry.message) item.append(make("p", "wrong", flat(entry.message)));
    if (entry.note) item.append(make("p", "note", named(`note: ${entry.note}`)));
    item.append(
      make(
        "p",
        "",
        button(
          "go to the row",
          () => {
            dialog.close();
            go(entry.id);
          },
          "link",
        ),
        " ",
        button(
          "drop this decision",
          () => {
            queue.drop(entry.key);
            show();
          },
          "link",
        ),
      ),
    );
    return item;
  };
  const show = () => {
    const [waiting, refused] = [queue.entries(), queue.refused()];
    if (!waiting.length && !refused.length) {
      body.replaceChildren(make("p", "", "Every decision is saved."));
      return;
    }
    const parts = [];
    if (waiting.length) {
      parts.push(
        make(
          "p",
          "",
          `Sent again until saved${queue.trouble ? `; now: ${queue.trouble.message}` : ""}.`,
        ),
      );
      parts.push(make("ul", "", ...waiting.map(line)));
      parts.push(button("Try now", () => queue.pump().then(show), "main"));
    }
    if (refused.length) {
      parts.push(make("p", "", "Refused; decide these rows again, then drop the old decision:"));
      parts.push(make("ul", "", ...refused.map(line)));
    }
    body.replaceChildren(...parts);
  };
  show();
}
