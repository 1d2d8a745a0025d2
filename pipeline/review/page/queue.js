// Decisions on their way to the disk. Each stands in the browser's own storage, under a name of
// its own, from the key press until the server has said that it is saved; so nothing is lost when
// the server or the page goes, and tabs cannot overwrite what other tabs keep.

const RETRY = 2_000; // milliseconds; twice as long after each failure
const LONGEST_RETRY = 10_000;

class Shelf {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map(); // for a browser that keeps nothing
  }

  get kept() {
    return !this.memory.size;
  }

  keys() {
    const stored = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    return [...new Set([...stored, ...this.memory.keys()])].sort();
  }

  get(key) {
    const text = this.memory.get(key) ?? localStorage.getItem(key);
    try {
      return text === null ? null : { ...JSON.parse(text), key };
    } catch {
      return null; // not ours
    }
  }

  set(key, entry) {
    try {
      localStorage.setItem(key, JSON.stringify(entry));
      this.memory.delete(key);
    } catch {
      this.memory.set(key, JSON.stringify(entry));
    }
  }

  remove(key) {
    this.memory.delete(key);
    localStorage.removeItem(key);
  }

  all() {
    return this.keys()
      .map((key) => this.get(key))
      .filter(Boolean);
  }
}

export const PREFIX = "cytokine-reader review ";

// How many decisions of any run this browser keeps.
export function keptAnywhere() {
  return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}waiting `)).length;
}

export class Queue {
  // `place` names the run and its reviews. `send(entry)` gives the server's answer or throws a
  // Failure; `settled(entry, outcome)` is called when an entry is {saved: answer} or {refused:
  // Failure, own}, whoever waits for it, where `own` says that the one who waits tells it;
  // `changed` when what the top bar says may be another.
  constructor(place, { send, settled, changed }) {
    Object.assign(this, { send, settled, changed });
    this.waiting = new Shelf(`${PREFIX}waiting ${place} `);
    this.aside = new Shelf(`${PREFIX}refused ${place} `);
    this.lock = `${PREFIX}${place}`;
    this.trouble = null; // the Failure that stops the queue
    this.tries = 0;
    this.running = null;
    this.last = 0;
    this.asked = new Map(); // by key, who waits for the outcome in this tab
  }

  entries() {
    return this.waiting.all();
  }

  refused() {
    return this.aside.all();
  }

  // The last unsaved decision of a curator about a row; null for none.
  pending(id, curator) {
    const mine = (entry) => entry.id === id && entry.curator === curator && !entry.withdrawn;
    return this.entries().filter(mine).at(-1) ?? null;
  }

  // Keeps a decision and sends it. The promise gives {saved: answer}, {waiting: Failure} or
  // {refused: Failure}; what is refused is set aside, but where `own` deals with it.
  add(entry, { own = false } = {}) {
    const key = this.#nextKey();
    this.waiting.set(key, entry);
    const outcome = new Promise((resolve) => this.asked.set(key, { resolve, own }));
    this.pump();
    return outcome;
  }

  // Keys sort by time, also where the clock was set back.
  #nextKey() {
    const newest = this.waiting.keys().at(-1)?.slice(this.waiting.prefix.length) ?? "";
    this.last = Math.max(Date.now(), this.last + 1, Number(newest.split(" ")[0]) + 1);
    return `${this.waiting.prefix}${this.last} ${crypto.randomUUID()}`;
  }

  drop(key) {
    this.waiting.remove(key);
    this.aside.remove(key);
    this.#tell(key, { dropped: true });
    this.changed();
  }

  // Leaves a decision in its turn, to be taken back where the server has it already.
  withdraw(key) {
    const { key: _, ...entry } = this.waiting.get(key);
    this.waiting.set(key, { ...entry, withdrawn: true });
    this.#tell(key, { dropped: true });
    this.changed();
  }

  // Sends what waits, in order, in one tab at a time; done when nothing is left or it is stuck.
  pump() {
    clearTimeout(this.timer);
    this.running ??= navigator.locks
      .request(this.lock, () => this.#sendAll())
      .finally(() => {
        this.running = null;
        this.#settleStrangers();
        this.changed();
        if (!this.trouble && this.entries().length) this.pump();
      });
    this.changed();
    return this.running;
  }

  async flush() {
    do await this.pump();
    while (!this.trouble && this.entries().length);
  }

  async #sendAll() {
    for (let entry = this.entries()[0]; entry; entry = this.entries()[0]) {
      try {
        const answer = await this.send(entry);
        this.waiting.remove(entry.key);
        this.#untroubled();
        this.#done(entry, { saved: answer });
      } catch (failure) {
        if (failure.status === undefined) throw failure;
        if (!failure.refused) return this.#stuck(entry, failure);
        this.#untroubled();
        this.#refuse(entry, failure);
      }
      this.changed();
    }
    this.#untroubled();
  }

  #untroubled() {
    this.trouble = null;
    this.tries = 0;
  }

  #stuck({ key, ...entry }, failure) {
    // It may have been saved though the answer was lost: that is looked up before it goes again.
    if (failure.status === 0 && this.waiting.get(key))
      this.waiting.set(key, { ...entry, doubtful: true });
    this.trouble = failure;
    if (failure.status !== 401) {
      const pause = Math.min(RETRY * 2 ** this.tries, LONGEST_RETRY);
      this.tries += 1;
      this.timer = setTimeout(() => this.pump(), pause);
    }
    for (const waiting of [...this.asked.keys()]) this.#tell(waiting, { waiting: failure });
  }

  #done(entry, outcome) {
    this.settled(entry, outcome);
    this.#tell(entry.key, outcome);
  }

  #refuse({ key, ...entry }, failure) {
    this.waiting.remove(key);
    const own = Boolean(this.asked.get(key)?.own);
    if (!own) {
      const said = { message: failure.message, field: failure.field };
      this.aside.set(key.replace(this.waiting.prefix, this.aside.prefix), { ...entry, ...said });
    }
    this.#done({ ...entry, key }, { refused: failure, own });
  }

  #tell(key, outcome) {
    this.asked.get(key)?.resolve(outcome);
    this.asked.delete(key);
  }

  // What another tab has sent for this one.
  #settleStrangers() {
    for (const key of [...this.asked.keys()]) {
      if (!this.waiting.get(key)) this.#tell(key, { saved: null });
    }
  }
}
