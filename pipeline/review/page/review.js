// What keys and buttons do with rows, and what is told about it.

import { Failure, ask } from "./api.js";
import { Decisions } from "./decide.js";
import * as dialogs from "./dialogs.js";
import { Figures } from "./figures.js";
import { Filters } from "./filters.js";
import { KEYS, listen, shown, tools } from "./keys.js";
import { List, PAGE } from "./list.js";
import { showAnew, showProblems, whyEmpty } from "./notices.js";
import { button, flat, named, number } from "./parts.js";

const byId = (id) => document.getElementById(id);
const wide = window.matchMedia("(min-width: 70rem)");

// Who reviews: whom this tab was told since its server began, else whom the server was told.
function curatorOf({ curator }) {
  const told = sessionStorage.getItem("curator");
  const now = sessionStorage.getItem("curator of") === sessionStorage.getItem("token");
  return (now && told) || curator || told || localStorage.getItem("curator") || "";
}

export class Review {
  constructor(start) {
    this.start = start;
    this.curator = curatorOf(start);
    this.query = {};
    this.decisions = new Decisions(this);
    this.list = new List(byId("rows"), {
      fetchRows: (offset) =>
        ask("rows", { ...this.query, curator: this.curator, offset, limit: PAGE }),
      pendingOf: (id) => this.decisions.pending(id),
      acts: { filter: (values) => this.filters.set(values), bring: (id) => this.bring(id) },
      moved: () => this.moved(),
    });
    this.figures = new Figures(byId("figures-body"), {
      filter: (values) => this.filters.set({ state: "", ...values }),
      showStale: () =>
        this.attempt(async () => dialogs.showStale(await ask("stale"), (id) => this.bring(id))),
    });
    this.filters = new Filters(byId("filters"), {
      suggest: (given) => this.suggest(given),
      changed: (values) => (this.loading = this.load(values)),
      done: () => this.loading?.then(() => this.list.focus()),
    });
  }

  // --- beginning ------------------------------------------------------------------------

  async begin() {
    const { run, reviews, version } = this.start;
    byId("run").textContent = run.split("/").filter(Boolean).at(-1) ?? run;
    byId("run").title = `${run}, decisions in ${reviews}, made by version ${version || "unknown"}`;
    byId("curator").addEventListener("click", () => this.rename());
    byId("help").addEventListener("click", () => this.act("help"));
    byId("figures-toggle").addEventListener("click", () => this.act("figures"));
    for (const one of document.querySelectorAll("[data-act]")) {
      one.addEventListener("click", () => this.act(one.dataset.act));
    }
    this.showFigures(wide.matches);
    tools(byId("keys"), (act) => this.act(act));
    if (!this.curator) await this.rename();
    this.sayName();
    listen((act) => this.act(act));
    window.addEventListener("focus", () => this.#lookAgain());
    this.decisions.begin();
    this.filters.fill(this.start);
    await this.loading;
    if (document.activeElement === document.body) this.list.focus();
  }

  async rename() {
    const known = new Set([...this.start.curators, this.curator].filter(Boolean));
    const name = await dialogs.askName(this.curator, [...known]);
    if (!name || name === this.curator) return;
    this.curator = name;
    localStorage.setItem("curator", name);
    sessionStorage.setItem("curator", name);
    sessionStorage.setItem("curator of", sessionStorage.getItem("token"));
    this.sayName();
    if (this.loading) await (this.loading = this.load(this.query));
    this.list.focus();
  }

  async hasName() {
    if (!this.curator) await this.rename();
    return Boolean(this.curator);
  }

  sayName() {
    byId("curator").replaceChildren(this.curator ? named(this.curator) : "who reviews?");
  }

  // --- rows -----------------------------------------------------------------------------

  async load(values) {
    this.query = values;
    const empty = byId("empty");
    try {
      await this.list.open(values.state);
      empty.hidden = this.list.views.length > 0;
      empty.textContent = whyEmpty(values, this.start.predicates);
      this.showProgress(await ask("figures", { curator: this.curator }));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.list.root.replaceChildren();
      empty.hidden = false;
      const again = button("Try again", () => (this.loading = this.load(this.query)));
      empty.replaceChildren(`The rows could not be fetched: ${flat(failure.message)}. `, again);
    }
  }

  moved() {
    const { list } = this;
    this.decisions.moved(list.current?.row);
    const first = list.page * PAGE;
    const last = Math.min(first + PAGE, list.views.length);
    byId("shown").textContent = list.total
      ? `rows ${number(first + 1)} to ${number(last)} of ${number(list.total)}`
      : "";
    byId("at").textContent = list.total
      ? `row ${number(list.at + 1)} of ${number(list.total)}`
      : "";
    const turn = (act, there) => (document.querySelector(`[data-act=${act}]`).disabled = !there);
    turn("previous-page", list.page > 0);
    turn("next-page", last < list.total);
  }

  async suggest(given) {
    return (await this.attempt(() => ask("suggest", given)))?.names ?? [];
  }

  async bring(id) {
    const known = this.list.byId.get(id);
    if (known) return this.list.go(this.list.views.indexOf(known));
    await this.attempt(async () =>
      this.list.bring(await ask("row", { id, curator: this.curator })),
    );
  }

  // --- what is told ---------------------------------------------------------------------

  say(...told) {
    byId("said").replaceChildren(...told);
  }

  // Takes back what was said, if it is still what was said last.
  sayNoLonger(words, text) {
    if (byId("said").textContent.includes(words)) this.say(text);
  }

  showProgress(figures) {
    this.progress = `${number(figures.reviewed)} of ${number(figures.total)}`;
    this.complete = figures.reviewed === figures.total;
    byId("bar").max = figures.total || 1;
    byId("bar").value = figures.reviewed;
    byId("count").textContent = this.progress;
    document.title = `${this.progress} – review of ${byId("run").textContent}`;
    this.figures.show(figures);
    showProblems(figures);
    showAnew(figures);
  }

  // Another program may have written the tables while its window was in front.
  async #lookAgain() {
    try {
      showAnew(await ask("figures", { curator: this.curator }));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure; // told where something was asked for
    }
  }

  showFigures(open) {
    byId("figures").classList.toggle("closed", !open);
    byId("figures-toggle").ariaExpanded = String(open);
    byId("figures-body").hidden = !open;
  }

  // Does what may fail because the server does not answer, and says so.
  async attempt(work) {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.say(failure.message);
      return null;
    }
  }

  // --- what keys and buttons do ---------------------------------------------------------

  async act(name) {
    const { list, decisions } = this;
    if (["accept", "reject", "unsure"].includes(name)) return decisions.judge(name);
    if (["fix", "note", "undo"].includes(name)) return decisions[name]();
    if (name === "next" || name === "previous")
      return this.walk(() => list.step(name === "next" ? 1 : -1));
    if (name === "next-page" || name === "previous-page")
      return this.walk(() => list.turnPage(name === "next-page" ? 1 : -1));
    if (name === "first") return list.go(list.page * PAGE);
    if (name === "last") return list.go((list.page + 1) * PAGE - 1);
    if (name === "paragraph" || name === "elsewhere") return this.unfold(name);
    if (name === "search") return byId("filters").elements.search.focus();
    if (name === "figures") return this.toggleFigures();
    if (name === "help")
      return dialogs.showKeys(KEYS.map((key) => ({ ...key, shown: shown(key) })));
    return this.close();
  }

  async walk(step) {
    if ((await this.attempt(step)) === false) this.say("there are no more rows in this direction");
  }

  async unfold(what) {
    const view = this.list.current;
    if (!view) return;
    const { id } = view.row;
    if (!view[what])
      this.say(`looking for the ${what === "paragraph" ? what : "same fact elsewhere"} …`);
    view[what] = view[what]
      ? null
      : await this.attempt(() => ask(what, { id, curator: this.curator }));
    this.sayNoLonger("looking for", "");
    this.list.redraw(view);
    if (view === this.list.current) this.list.focus();
  }

  toggleFigures() {
    const open = byId("figures-body").hidden;
    this.showFigures(open);
    if (open) byId("figures-title").focus();
    else this.list.focus();
  }

  close() {
    const view = this.list.current;
    const inside = byId("rows").contains(document.activeElement);
    if (inside && (view?.paragraph || view?.elsewhere)) {
      view.paragraph = view.elsewhere = null;
      this.list.redraw(view);
    } else if (!wide.matches) this.showFigures(false);
    this.list.focus();
  }
}
