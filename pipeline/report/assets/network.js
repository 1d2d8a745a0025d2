// --- the network: drawn, explorable, and the same as a list -----------------------------

function network() {
  const section = byId("network");
  const form = section.querySelector("form");
  const { n, focus, named } = form.elements;
  const canvas = byId("drawing");
  const below = byId("network-facts");
  const said = byId("network-said");
  const also = byId("network-also");
  const buttons = section.querySelector(".zoom");
  const tall = () => canvas.clientWidth < canvas.clientHeight;
  const byTitle = new Map();
  for (const concept of factsOf.keys()) {
    const title = titled(concept).replace(/\s+/g, " "); // as a field for one line takes it
    byTitle.set(byTitle.has(title) ? `${title} ${strings[concepts.id[concept]]}` : title, concept);
  }
  byId("concept-names").append(...[...byTitle.keys()].map((title) => new Option(title)));
  fill(n, data.layouts.map((layout) => layout.facts.length).filter((size, at, all) => all.indexOf(size) === at));
  const first = canvas.clientWidth < 1000 ? Math.min(30, data.edges) : data.edges;
  n.value = (data.layouts.find((layout) => layout.facts.length >= first) ?? data.layouts.at(-1)).facts.length;
  for (const option of n.options) option.defaultSelected = option.selected; // what Clear brings back

  const cy = cytoscape({
    container: canvas, style: drawing(), minZoom: 0.15, maxZoom: 3,
    userZoomingEnabled: false, boxSelectionEnabled: false, selectionType: "single",
  });

  function checked(name) {
    return new Set([...form.querySelectorAll(`[name=${name}]:checked`)].map((one) => one.value));
  }

  // The concepts that may be searched for, the likeliest first; null where none is asked for.
  function searched() {
    const words = focus.value.replace(/\s+/g, " ").trim();
    if (!words) return null;
    return byTitle.has(words) ? [byTitle.get(words)] : meant(words, [...byTitle.values()]);
  }

  const CANDIDATES = 8;
  // The other concepts that fit what was typed, each to press.
  function offer([first, ...others]) {
    also.hidden = !others.length;
    const titles = new Map([...byTitle].map(([title, one]) => [one, title]));
    const made = others.slice(0, CANDIDATES).map((one) =>
      button(short(titles.get(one), 60), () => {
        focus.value = titles.get(one);
        focus.focus();
        draw();
      }),
    );
    const more = others.length - made.length;
    also.replaceChildren("Also fit: ", ...made, more > 0 ? `and ${count(more)} more` : "");
  }

  function wanted(centre) {
    const [predicates, labels] = [checked("predicate"), checked("label")];
    const least = Number(form.elements.score.value) || 0;
    const documents = Number(form.elements.documents.value) || 0;
    const general = form.elements.general.checked;
    const among = centre === null ? range(N_FACTS) : (factsOf.get(centre) ?? []);
    const ends = (fact) => [facts.subject[fact], facts.object[fact]];
    const fit = among.filter(
      (fact) =>
        predicates.has(predicateOf(fact)) &&
        ends(fact).every((one) => one === centre || labels.has(labelOf(one))) &&
        facts.score[fact] >= least &&
        facts.documents[fact] >= documents,
    );
    const others = fit.filter((fact) => facts.subject[fact] !== facts.object[fact]);
    const specific = (fact) => ends(fact).every((one) => one === centre || general || !concepts.generic[one]);
    const found = others.filter(specific);
    return { found, nGeneral: others.length - found.length, nSelf: fit.length - others.length };
  }

  // What is not among the facts that could be drawn, and why.
  function leftOut({ nGeneral, nSelf }) {
    const parts = [];
    if (nGeneral) parts.push(`${many(nGeneral, "fact")} of general words (such as cytokine)`);
    if (nSelf) parts.push(`${many(nSelf, "fact")} of a concept with itself`);
    return parts.length ? `; left out: ${parts.join(", ")}` : "";
  }

  function elements(shown) {
    const nodes = new Set(shown.flatMap((fact) => [facts.subject[fact], facts.object[fact]]));
    return [
      ...[...nodes].map((one) => ({
        group: "nodes", classes: labelOf(one), data: { id: `c${one}`, concept: one, name: short(nameOf(one), 60) },
      })),
      ...shown.map((fact) => ({
        group: "edges",
        classes: [effectOf(fact), ...states(fact)].join(" "),
        data: {
          id: `f${fact}`, fact, source: `c${facts.subject[fact]}`, target: `c${facts.object[fact]}`,
          name: [predicateOf(fact), ...states(fact)].join(", "),
          sign: [onlyDenied(fact) ? "✕" : facts.asserted[fact] ? "" : "?", facts.contradicted[fact] ? "≠" : ""].join(""),
          width: Math.min(1 + 1.2 * Math.log2(facts.documents[fact] + 1), 7) - 0.7,
        },
      })),
    ];
  }

  // The places that were computed beforehand, where exactly these facts are drawn.
  function arrange(shown, centre) {
    const same = (layout) =>
      layout.facts.length === shown.length && layout.facts.every((fact, at) => fact === shown[at]);
    const known = centre === null && data.layouts.find(same);
    if (known) {
      const places = new Map(known[tall() ? "tall" : "wide"].map(([one, x, y]) => [`c${one}`, { x, y }]));
      return { name: "preset", positions: (node) => places.get(node.id()) };
    }
    if (centre !== null) return { name: "preset", positions: rings(shown, centre, tall()) };
    // From a circle, so that the same choice always gives the same drawing.
    cy.layout({ name: "circle", fit: false }).run();
    return {
      name: "cose", randomize: false, nodeDimensionsIncludeLabels: true, numIter: 800,
      componentSpacing: 30, idealEdgeLength: () => 45, nodeRepulsion: () => 9000, nodeOverlap: 8,
    };
  }

  // A layout that is as wide as it is high leaves much of a wide screen empty.
  function widen() {
    const { w, h } = cy.nodes().boundingBox();
    const by = Math.min(Math.max((canvas.clientWidth / canvas.clientHeight) * (h / w), 0.8), 2);
    cy.nodes().positions((node) => ({ x: node.position("x") * by, y: node.position("y") }));
  }

  function draw() {
    const fitting = searched();
    const none = fitting?.length === 0;
    const centre = fitting?.[0] ?? null;
    offer(fitting ?? []);
    const chosen = none ? { found: [], nGeneral: 0, nSelf: 0 } : wanted(centre);
    const { found } = chosen;
    const shown = found.slice(0, Number(n.value));
    cy.elements().remove();
    cy.add(elements(shown));
    const layout = arrange(shown, centre);
    cy.layout({ ...layout, animate: false, fit: false }).run();
    if (layout.name !== "preset") widen();
    fitAll();
    mark();
    const about = centre === null ? "" : ` about ${nameOf(centre)}`;
    const sizes = `${shown.length} of ${many(found.length, "fact")}${about} drawn`;
    said.textContent = none
      ? `No concept of a fact is named ${focus.value}.`
      : `${sizes}, ${many(cy.nodes().length, "concept")}${leftOut(chosen)}`;
    canvas.setAttribute("aria-label", `Network: ${said.textContent}. The facts are listed below it.`);
    if (centre !== null) cy.$id(`c${centre}`).addClass("picked");
    const heading = centre === null ? "Facts in the drawing" : `Facts about ${nameOf(centre)}`;
    showFacts(below, none ? "No facts" : heading, centre === null ? shown : found);
  }

  // All of the drawing in the view, with room at the right for what stands over it there.
  function fitBeside(room) {
    if (!cy.nodes().length) return;
    const EDGE = 18;
    const { x1, y1, w, h } = cy.elements().boundingBox();
    const [across, down] = [canvas.clientWidth - 2 * EDGE - room, canvas.clientHeight - 2 * EDGE];
    const zoom = Math.max(Math.min(across / w, down / h, cy.maxZoom()), cy.minZoom());
    const pan = { x: EDGE + across / 2 - zoom * (x1 + w / 2), y: EDGE + down / 2 - zoom * (y1 + h / 2) };
    cy.viewport({ zoom, pan });
  }

  function fitAll() {
    cy.resize();
    fitBeside(getComputedStyle(buttons).position === "absolute" ? buttons.offsetWidth : 0);
    const least = tall() ? 0.7 : 0; // so that names can be read; the rest is a drag away
    if (cy.zoom() < least && cy.nodes().length) {
      const hub = cy.nodes(".picked").nonempty() ? cy.nodes(".picked") : cy.nodes().max((node) => node.degree()).ele;
      cy.zoom(least);
      cy.center(hub);
    }
  }

  function mark() {
    cy.edges().toggleClass("named", named.checked);
  }

  // What is pressed in the drawing is listed below it.
  function pick(element) {
    cy.elements().removeClass("picked far near");
    const near = element.isNode() ? element.closedNeighborhood() : element.union(element.connectedNodes());
    cy.elements().not(near).addClass("far");
    near.edges().addClass("near");
    element.addClass("picked");
    if (element.isNode()) {
      const one = element.data("concept");
      showFacts(below, `Facts about ${nameOf(one)}`, factsOf.get(one));
    } else showFacts(below, statement(element.data("fact")), [element.data("fact")]);
  }

  cy.on("tap", (event) => {
    cy.userZoomingEnabled(true); // by the wheel, until the pointer leaves
    if (event.target !== cy) pick(event.target);
    else {
      cy.elements().removeClass("picked far near");
      mark();
    }
  });
  cy.on("mouseover", "edge", (event) => event.target.addClass("near"));
  cy.on("mouseout", "edge", (event) => event.target.removeClass("near"));
  canvas.addEventListener("mouseleave", () => cy.userZoomingEnabled(false));

  const middle = () => ({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });
  const zoom = (by) => cy.zoom({ level: cy.zoom() * by, renderedPosition: middle() });
  const acts = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: fitAll };
  for (const one of section.querySelectorAll("[data-zoom]")) {
    one.addEventListener("click", acts[one.dataset.zoom]);
  }
  const KEYS = {
    "+": acts.in, "-": acts.out, 0: fitAll,
    ArrowLeft: () => cy.panBy({ x: 60, y: 0 }), ArrowRight: () => cy.panBy({ x: -60, y: 0 }),
    ArrowUp: () => cy.panBy({ x: 0, y: 60 }), ArrowDown: () => cy.panBy({ x: 0, y: -60 }),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  onChange(form, (event) => draw(event));
  named.addEventListener("change", mark);
  const size = () => `${canvas.clientWidth} ${canvas.clientHeight}`;
  let before = size();
  new ResizeObserver(() => {
    if (size() !== before) fitAll();
    before = size();
  }).observe(canvas);
  for (const query of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(query).addEventListener("change", () => cy.style(drawing()));
  }
  draw();
}
