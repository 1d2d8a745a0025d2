"use strict";
(() => {
  const PAGE = 25; // errors shown at once
  const KEYS = ["part", "kind", "name", "register", "rule", "document"];
  const data = JSON.parse(document.getElementById("data").textContent);

  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  // --- tables: sorted by their heads, numbers lead to the errors they count ---------

  function sortKey({ dataset, textContent }) {
    return dataset.value === undefined ? textContent.trim() : Number(dataset.value);
  }

  function compare(a, b, falling) {
    const blank = (value) => value === "" || value === "–"; // undefined comes last either way
    if (blank(a) || blank(b)) return blank(a) - blank(b);
    const order = typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
    return falling ? -order : order;
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = make("button", "", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      const ways = head.classList.contains("number")
        ? ["descending", "ascending", null]
        : ["ascending", "descending", null];
      button.addEventListener("click", () => {
        const way = ways[(ways.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (way) head.setAttribute("aria-sort", way);
        const rows = [...original];
        if (way) {
          const key = (row) => sortKey(row.cells[at]);
          rows.sort((a, b) => compare(key(a), key(b), way === "descending"));
        }
        body.append(...rows);
      });
    });
  }

  function linkCounts() {
    for (const cell of document.querySelectorAll("[data-errors]")) {
      const link = make("a", "", cell.firstElementChild.textContent);
      link.href = "#" + cell.dataset.errors;
      link.title = "show these errors";
      cell.firstElementChild.replaceChildren(link);
    }
  }

  // --- curves: one predicate, read at one score -------------------------------------

  function curves() {
    const choice = document.getElementById("curve-name");
    if (!choice) return;
    const from = document.getElementById("curve-score");
    const said = document.getElementById("curve-said");
    const share = (value) => (value === null ? "–" : value.toFixed(3));
    const show = () => {
      for (const curve of document.querySelectorAll(".curve")) {
        curve.hidden = curve.dataset.name !== choice.value;
        for (const svg of curve.querySelectorAll("svg[data-low]")) {
          const [low, left, right] = ["low", "left", "right"].map((key) => Number(svg.dataset[key]));
          const x = left + ((Number(from.value) - low) / (1 - low)) * (right - left);
          for (const end of ["x1", "x2"]) svg.querySelector(".cursor").setAttribute(end, x);
        }
      }
      const points = data.curve[choice.value];
      const none = points[0][3] === null ? null : 0; // of gold relations, where there are any
      const taken = points.filter((point) => point[0] >= Number(from.value));
      const [, n, precision, recall, f1] = taken.at(-1) ?? [0, 0, null, none, none];
      said.textContent =
        `from ${Number(from.value).toFixed(2)}: ${n} relations, ` +
        `precision ${share(precision)}, recall ${share(recall)}, F1 ${share(f1)}`;
    };
    from.min = from.value = document.querySelector("svg[data-low]").dataset.low;
    choice.addEventListener("change", show);
    from.addEventListener("input", show);
    show();
  }

  // --- errors: filters, pages, and the address that keeps both ----------------------

  const form = document.querySelector("#errors form");
  const counted = document.getElementById("error-count");
  let page = 0;

  function textOf({ at, facts, passage }) {
    const said = [...Object.values(at), ...facts.map((fact) => fact[1])];
    return [...said, passage.map((segment) => segment[0]).join("")].join("\n").toLowerCase();
  }

  function fits(error, wanted, words, except) {
    return (
      KEYS.every((key) => key === except || !wanted[key] || error.at[key] === wanted[key]) &&
      words.every((word) => error.text.includes(word))
    );
  }

  function chosen() {
    const wanted = Object.fromEntries(KEYS.map((key) => [key, form.elements[key].value]));
    return [wanted, form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean)];
  }

  function fillChoices() {
    for (const key of KEYS) {
      const values = new Set(data.errors.map((error) => error.at[key]).filter(Boolean));
      const sorted = [...values].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      form.elements[key].append(...sorted.map((value) => new Option(value, value)));
    }
  }

  // How many errors each choice would leave, given the other filters.
  function countChoices(wanted, words) {
    for (const key of KEYS) {
      const tally = new Map();
      for (const error of data.errors.filter((one) => fits(one, wanted, words, key))) {
        tally.set(error.at[key], (tally.get(error.at[key]) ?? 0) + 1);
      }
      for (const option of form.elements[key].options) {
        if (option.value) option.text = `${option.value} (${tally.get(option.value) ?? 0})`;
      }
    }
  }

  function drawPassage(passage) {
    const line = make("p", "passage");
    line.dir = "auto";
    for (const [text, roles, opened] of passage) {
      const labels = opened.map((role) => make("span", "role", role));
      line.append(roles.length ? make("mark", roles.join(" "), ...labels, text) : text);
    }
    return line;
  }

  function drawError(error) {
    const { part, kind, name, register, rule, document: source } = error.at;
    const head = make("p", "head", make("span", `kind ${kind}`, kind), make("b", "", name));
    head.append(make("span", "", part), make("span", "", source));
    if (register !== "(none)") head.append(make("span", "", register));
    if (rule) head.append(make("code", "", rule));
    const facts = make("dl", "facts");
    for (const [term, said] of error.facts) {
      facts.append(make("div", "", make("dt", "", term), make("dd", "", said)));
    }
    return make("li", "", head, drawPassage(error.passage), facts);
  }

  function drawPagers(pages) {
    for (const [at, pager] of [...document.querySelectorAll(".pager")].entries()) {
      pager.hidden = pages < 2;
      const focused = pager.contains(document.activeElement) && document.activeElement.dataset.step;
      const steps = [["first", 0], ["previous", page - 1], ["next", page + 1], ["last", pages - 1]];
      const buttons = steps.map(([name, to]) => {
        const button = make("button", "", name);
        button.type = "button";
        button.dataset.step = name;
        button.setAttribute("aria-disabled", to < 0 || to >= pages || to === page);
        button.addEventListener("click", () => turn(to, pages, at));
        return button;
      });
      buttons.splice(2, 0, make("span", "", `page ${page + 1} of ${pages}`));
      pager.replaceChildren(...buttons);
      if (focused) pager.querySelector(`[data-step=${focused}]`).focus();
    }
  }

  function turn(to, pages, pager) {
    if (to < 0 || to >= pages || to === page) return;
    page = to;
    show();
    if (pager) counted.scrollIntoView(); // from the pager below the list
  }

  function show() {
    const [wanted, words] = chosen();
    const found = data.errors.filter((error) => fits(error, wanted, words));
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(page, pages - 1);
    const shown = found.slice(page * PAGE, (page + 1) * PAGE);
    document.getElementById("error-list").replaceChildren(...shown.map(drawError));
    const [n, all] = [found, data.errors].map((errors) => errors.length.toLocaleString("en"));
    counted.textContent = `${n} of ${all} errors`;
    countChoices(wanted, words);
    drawPagers(pages);
    keep(wanted);
  }

  function keep(wanted) {
    const kept = Object.entries({ ...wanted, q: form.elements.q.value }).filter(([, v]) => v);
    if (page) kept.push(["page", page + 1]);
    if (!kept.length && !location.hash.includes("=")) return;
    history.replaceState(null, "", "#" + new URLSearchParams(kept));
  }

  // Take the filter from the address; that of a section has none and changes nothing.
  function restore() {
    if (!location.hash.includes("=")) return false;
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const key of KEYS) {
      form.elements[key].value = kept.get(key) ?? "";
      if (!form.elements[key].value) form.elements[key].value = ""; // also what no error has
    }
    form.elements.q.value = kept.get("q") ?? "";
    page = Math.max(0, (parseInt(kept.get("page"), 10) || 1) - 1);
    return true;
  }

  function goToErrors() {
    counted.scrollIntoView();
    counted.focus({ preventScroll: true });
  }

  function errors() {
    if (!form) return;
    data.errors.forEach((error) => (error.text = textOf(error)));
    fillChoices();
    let waiting = 0;
    const renew = () => ((page = 0), show());
    form.addEventListener("input", (event) => {
      clearTimeout(waiting); // one search for words typed in one go
      waiting = setTimeout(renew, event.target.name === "q" ? 150 : 0);
    });
    form.addEventListener("reset", () => setTimeout(renew));
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", () => {
      if (restore()) show(), goToErrors();
    });
    const linked = restore();
    show();
    if (linked) goToErrors();
  }

  for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
  document.querySelectorAll("table").forEach(sortable);
  linkCounts();
  curves();
  errors();
})();
