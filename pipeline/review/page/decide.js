// Deciding: each decision is kept, shown at once, sent, and told when it is saved.

import { Failure, ask, tell } from "./api.js";
import { askNote, showUnsaved } from "./dialogs.js";
import { FixDialog } from "./fix.js";
import { SAID, named, statement } from "./parts.js";
import { Queue } from "./queue.js";
import { decided, isOpen } from "./row.js";
import { Saved } from "./saved.js";

// What became of the names of concepts that were given.
function namesSaid(names) {
  const said = names
    .filter(({ given, name, known }) => !known || given !== name)
    .map(({ given, name, known }) =>
      known
        ? [named(given), " → ", named(name)]
        : ["nothing knows the concept “", named(given), "”; kept as written"],
    );
  return said.flatMap((one) => ["; ", ...one]);
}

const UNSAVED = "kept in this browser, not saved yet";

export class Decisions {
  // `review` is the page: its list, its curator, and what it tells.
  constructor(review) {
    this.review = review;
    this.advancing = false; // the row that keys would mean is about to be another
    this.atEnd = false; // no open row is below
    this.ended = ""; // the row that was just decided, where the next one could not be reached
    this.undoing = null; // a question whose answer was lost; asked again it takes back no more
    const { place } = review.start;
    const saved = new Saved(document.getElementById("saved"), document.getElementById("trouble"));
    this.queue = new Queue(place, {
      send: (entry) => this.#send(entry),
      settled: (entry, outcome) => this.#settled(entry, outcome),
      changed: () => saved.show(this.queue),
    });
    this.others = new BroadcastChannel(place); // the same page in other tabs
    this.others.onmessage = ({ data }) => {
      this.#show(data);
      if (!this.queue.entries().length) this.review.sayNoLonger(UNSAVED, "saved by another tab");
    };
  }

  begin() {
    const go = (id) => this.review.bring(id);
    document
      .getElementById("saved")
      .addEventListener("click", () => showUnsaved(this.queue, { go }));
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.entries().length && !this.leaving) event.preventDefault();
    });
    window.addEventListener("online", () => this.queue.pump());
    window.addEventListener("storage", () => this.queue.changed());
    this.queue.pump();
  }

  pending(id) {
    return this.queue.pending(id, this.review.curator);
  }

  // --- keys -----------------------------------------------------------------------------

  async judge(decision) {
    const view = await this.#current();
    if (!view) return;
    if (view.row.id === this.ended) {
      // The key may have been meant for a next row.
      this.review.say("this row is decided; z takes that back, other keys lead to other rows");
      return;
    }
    const open = isOpen(view);
    this.#decide(view, decision);
    await this.#advance();
    if (open && view === this.review.list.current) this.ended = view.row.id;
  }

  moved(row) {
    if (row?.id !== this.ended) this.ended = "";
  }

  async note() {
    const view = await this.#current();
    if (!view) return;
    const mine = decided(view);
    askNote(mine?.decision, mine?.note ?? "", async (note) => {
      const corrections = mine?.corrections ?? {};
      const found = await this.#decide(view, mine?.decision ?? "unsure", {
        note,
        corrections,
        own: true,
      });
      const saved = "saved" in found;
      if (saved && !mine)
        this.review.say("note saved; the row counts as unsure until you decide it");
      else if (saved) this.review.say("note saved");
      return found.refused?.message ?? null;
    });
  }

  async fix() {
    const view = await this.#current();
    if (!view) return;
    const mine = decided(view);
    const { signatures, labels, effects, functions } = this.review.start;
    const before = mine?.decision === "fix" ? mine.corrections : {};
    new FixDialog(view.row, before, mine?.note ?? "", {
      lists: { predicates: Object.keys(signatures), signatures, labels, effects, functions },
      suggest: (given) => this.review.suggest(given),
      save: async (corrections, note) => {
        const { refused } = await this.#decide(view, "fix", { note, corrections, own: true });
        if (!refused) setTimeout(() => this.#advance()); // when the dialog has given focus back
        return refused ?? null;
      },
    });
  }

  async undo() {
    if (!(await this.review.hasName())) return;
    this.ended = "";
    await this.queue.flush();
    const { curator } = this.review;
    const unsaved = this.queue
      .entries()
      .filter((entry) => entry.curator === curator && !entry.withdrawn)
      .at(-1);
    if (unsaved) await this.#takeBackHere(unsaved);
    else await this.review.attempt(() => this.#takeBack(curator));
  }

  // What may have been saved though its answer was lost is taken back there, too, in its turn.
  async #takeBackHere({ key, id, doubtful }) {
    if (doubtful) this.queue.withdraw(key);
    else this.queue.drop(key);
    const view = this.review.list.byId.get(id);
    if (view) this.review.list.put(view.row);
    await this.review.bring(id);
    this.review.say("taken back before it was saved");
  }

  async #takeBack(curator) {
    if (this.undoing?.curator !== curator)
      this.undoing = { curator, name: crypto.randomUUID() };
    const answer = await tell("undo", this.undoing).catch((failure) => {
      if (failure instanceof Failure && failure.refused) this.undoing = null;
      throw failure;
    });
    this.undoing = null;
    this.#took(answer, curator);
    this.review.list.bring(answer.row);
    const { mine } = answer.row;
    const now = mine ? `${SAID[mine.decision]} again` : "open again";
    this.review.say(`taken back, ${now}, ${this.review.progress}; saved`);
  }

  // --- from the key to the disk -----------------------------------------------------------

  async #current() {
    const named = !this.advancing && (await this.review.hasName());
    return named ? this.review.list.current : null;
  }

  async #advance() {
    this.advancing = true;
    const found = await this.review.attempt(() => this.review.list.nextOpen());
    this.advancing = false;
    this.atEnd = found === false;
    if (!found) this.review.list.focus();
  }

  // Keeps, shows and sends a decision; `own` is for those who deal with what is refused.
  async #decide(
    view,
    decision,
    { note = decided(view)?.note ?? "", corrections = {}, own = false } = {},
  ) {
    const { row } = view;
    const { curator, list } = this.review;
    const said = { id: row.id, version: row.version, curator, decision, note, corrections };
    const entry = { ...said, title: statement(row), before: row.mine?.date ?? "" };
    const outcome = this.queue.add(entry, { own });
    list.put(row);
    const found = await outcome;
    if ("saved" in found && !found.saved) await this.#look(row.id, curator); // by another tab
    if (found.waiting) this.review.say(`${SAID[decision]}; ${UNSAVED}`);
    return found;
  }

  async #send({ key, id, version, curator, decision, note, corrections, before, withdrawn }) {
    if (!withdrawn) return tell("decide", { id, version, curator, decision, note, corrections });
    const row = await ask("row", { id, curator });
    const { mine } = row;
    if (mine?.decision === decision && mine.note === note && mine.date !== before) {
      return tell("undo", { curator, id, name: key });
    }
    return { row, figures: await ask("figures", { curator }) };
  }

  // The server has answered: that a decision is saved, or why it never will be.
  #settled({ id, curator, decision, withdrawn }, { saved, refused, own }) {
    if (saved) {
      this.#took(saved, curator);
      const what = withdrawn ? "taken back" : SAID[decision];
      const told = `${what}, ${this.review.progress}; saved${this.#ending}`;
      this.review.say(told, ...namesSaid(saved.named ?? []));
      return;
    }
    const view = this.review.list.byId.get(id);
    if (view) this.review.list.put(view.row);
    if (!own) this.review.say(`not saved: ${refused.message}`);
  }

  get #ending() {
    if (this.review.complete) return "; all rows are decided";
    return this.atEnd ? "; no open row is below" : "";
  }

  async #look(id, curator) {
    await this.review.attempt(async () => {
      const [row, figures] = await Promise.all([
        ask("row", { id, curator }),
        ask("figures", { curator }),
      ]);
      this.#took({ row, figures }, curator);
    });
  }

  #took({ row, figures }, curator) {
    this.#show({ row, figures, curator });
    this.others.postMessage({ row, figures, curator });
  }

  #show({ row, figures, curator }) {
    if (curator !== this.review.curator) return;
    this.review.list.put(row);
    this.review.showProgress(figures);
  }
}
