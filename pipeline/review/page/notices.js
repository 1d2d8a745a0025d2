// What stands in the top bar, above the rows or in their place, about all of them.

import { make, named, number } from "./parts.js";

const byId = (id) => document.getElementById(id);

const ANEW =
  "The tables were written anew: start pipeline review again. What is decided here is saved, " +
  "and holds for the new rows that say the same.";

export function showAnew({ anew }) {
  const box = byId("anew");
  if (box.hidden !== anew) return; // an alert is read aloud whenever it is set
  box.textContent = anew ? ANEW : "";
  box.hidden = !anew;
}

export function showProblems({ problems, n_problems: n }) {
  const box = byId("problems");
  box.hidden = !n;
  const lines =
    n === 1 ? "1 line of the review files is" : `${number(n)} lines of the review files are`;
  box.querySelector("summary").textContent = `${lines} no decision and left out`;
  const items = problems.map((problem) => make("li", "", named(problem)));
  if (n > items.length) items.push(make("li", "", `and ${number(n - items.length)} more`));
  box.querySelector("ul").replaceChildren(...items);
}

// Said where a filter has no rows; `predicates` are those of the whole run.
export function whyEmpty({ state, sort: _, ...others }, predicates) {
  if (!Object.keys(predicates).length) return "This run has no rows to review.";
  const open = state === "open";
  if (Object.values(others).some(Boolean)) {
    return open
      ? "No open row fits these filters. Another state shows the decided ones."
      : "No row fits these filters.";
  }
  return open ? "All rows are decided. Another state shows them." : "No row is in this state.";
}
