// The rows in their order: all that were fetched are kept, a page of them is in the document.

import { isOpen, draw, viewOf } from "./row.js";

export const PAGE = 50;
const AHEAD = 10; // the next rows are fetched when so few are left

const opinion = (said) => said && said.decision + JSON.stringify(said.fixes);

// Whether the server still counts a row as one of a state: by it the place of the next rows.
function fits({ row }, state) {
  if (state === "open") return !row.mine;
  if (state === "decided") return Boolean(row.mine);
  if (state === "changed") return !row.mine && Boolean(row.earlier);
  if (state === "disagree")
    return row.others.some((other) => opinion(other) !== opinion(row.mine));
  return !state || row.mine?.decision === state;
}

export class List {
  // `fetchRows(offset)` gives {total, rows}; `acts` are what rows can ask for; `moved` is told
  // whenever other rows or another row are current.
  constructor(root, { fetchRows, pendingOf, acts, moved }) {
    Object.assign(this, { root, fetchRows, pendingOf, acts, moved });
    this.clear();
    root.addEventListener("click", (event) => this.#touched(event));
    root.addEventListener("focusin", (event) => this.#touched(event));
  }

  clear() {
    this.views = [];
    this.byId = new Map();
    this.at = 0;
    this.total = 0;
    this.state = "";
    this.complete = false;
    this.coming = null;
    this.turn = (this.turn ?? 0) + 1; // answers to earlier questions are thrown away
  }

  get current() {
    return this.views[this.at] ?? null;
  }

  get page() {
    return Math.floor(this.at / PAGE);
  }

  // Other rows: those of a new filter.
  async open(state) {
    this.clear();
    this.state = state;
    this.root.ariaBusy = "true";
    await this.more();
    this.draw();
  }

  // Fetch the next rows; one question at a time.
  more() {
    if (this.complete) return Promise.resolve();
    if (this.coming?.turn !== this.turn) {
      const coming = { turn: this.turn };
      coming.done = this.#more(this.turn).finally(() => {
        if (this.coming === coming) this.coming = null;
      });
      this.coming = coming;
    }
    return this.coming.done;
  }

  async #more(turn) {
    const ofList = () => this.views.filter((view) => !view.guest);
    const offset = ofList().filter((view) => fits(view, this.state)).length;
    const { total, rows } = await this.fetchRows(offset);
    if (turn !== this.turn) return;
    for (const row of rows) {
      const known = this.byId.get(row.id);
      if (known) {
        known.guest = false;
        this.put(row);
      } else this.#insert(viewOf(row, this.pendingOf(row.id)), this.views.length);
    }
    this.complete = offset + rows.length >= total || !rows.length;
    this.total = ofList().length + Math.max(total - offset - rows.length, 0);
    if (this.root.ariaBusy === "false") this.#fill();
  }

  get #shown() {
    return this.views.slice(this.page * PAGE, (this.page + 1) * PAGE);
  }

  // What came in time for the page that is shown.
  #fill() {
    for (const view of this.#shown) {
      if (!view.element?.isConnected) this.root.append(this.#drawn(view));
    }
    this.moved();
  }

  #drawn(view) {
    const inside = view.element?.contains(document.activeElement) && view === this.current;
    const element = draw(view, this.views.indexOf(view) + 1, this.acts);
    if (inside) element.focus({ preventScroll: true }); // what was pressed in it is gone
    element.ariaSetSize = String(this.total);
    this.#mark(view);
    return element;
  }

  #mark(view) {
    const current = view === this.current;
    view.element.tabIndex = current ? 0 : -1;
    view.element.classList.toggle("current", current);
  }

  #insert(view, at) {
    this.views.splice(at, 0, view);
    this.byId.set(view.row.id, view);
  }

  // A row that is not in the list, put before the current one, which becomes current.
  bring(row) {
    const known = this.byId.get(row.id);
    if (known) {
      this.put(row);
      this.go(this.views.indexOf(known));
      return known;
    }
    const view = { ...viewOf(row, this.pendingOf(row.id)), guest: true };
    this.#insert(view, this.at);
    this.draw();
    this.focus();
    return view;
  }

  // A row as the server has it now.
  put(row) {
    const view = this.byId.get(row.id);
    if (!view) return;
    view.row = row;
    view.pending = this.pendingOf(row.id);
    this.redraw(view);
  }

  redraw(view) {
    this.#drawn(view);
  }

  draw() {
    this.root.replaceChildren(...this.#shown.map((view) => this.#drawn(view)));
    this.root.ariaBusy = "false";
    this.#ahead();
  }

  #ahead() {
    this.moved();
    const few = this.views.length - this.at <= AHEAD;
    if (few && !this.complete) this.more().catch(() => {}); // asked again when they are needed
  }

  focus() {
    const element = this.current?.element;
    if (!element) return;
    element.focus({ preventScroll: true });
    const tall = element.offsetHeight > window.innerHeight / 2;
    element.scrollIntoView({ block: tall ? "start" : "nearest" });
  }

  // Make another row current; its page is shown.
  go(at, { focus = true } = {}) {
    const before = this.current;
    this.at = Math.max(0, Math.min(at, this.views.length - 1));
    if (this.current?.element?.isConnected) {
      for (const view of [before, this.current]) this.#mark(view);
      this.#ahead();
    } else this.draw();
    if (focus) this.focus();
  }

  // The next row, which may have to be fetched; false at the end.
  async step(by) {
    const turn = this.turn;
    const wanted = this.at + by;
    if (wanted >= this.views.length) await this.more();
    if (turn !== this.turn || wanted < 0 || wanted >= this.views.length) return false;
    this.go(wanted);
    return true;
  }

  async turnPage(by) {
    const turn = this.turn;
    const wanted = (this.page + by) * PAGE;
    if (wanted >= this.views.length) await this.more();
    if (turn !== this.turn || wanted < 0 || wanted >= this.views.length) return false;
    this.go(wanted);
    window.scrollTo(0, 0);
    return true;
  }

  // The next row that is open; false where there is none below.
  async nextOpen() {
    const turn = this.turn;
    for (let at = this.at + 1; ; at += 1) {
      if (at >= this.views.length) await this.more();
      if (turn !== this.turn || at >= this.views.length) return false;
      if (isOpen(this.views[at])) {
        this.go(at);
        return true;
      }
    }
  }

  #touched({ target }) {
    const element = target.closest("article.row");
    if (!element || element === this.current?.element) return;
    const at = this.views.findIndex((view) => view.element === element);
    if (at >= 0) this.go(at, { focus: false }); // it has focus already, and must not jump
  }
}
