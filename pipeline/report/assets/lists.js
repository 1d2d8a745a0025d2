// --- what the documents disagree about -------------------------------------------------

function contradictions() {
  const list = byId("disputes");
  const pager = document.querySelector("#contradictions .pager");
  if (!list) return;
  const SHOWN = 5;
  const FIRST = 3; // sentences of a side, without pressing
  let page = 0;

  function side(heading, rows) {
    const made = make("div", "side", make("h4", "", `${heading} (${rows.length})`));
    made.append(evidenceList(rows.slice(0, FIRST)));
    if (rows.length > FIRST) {
      const rest = () => evidenceList(rows.slice(FIRST));
      made.append(opener(`${rows.length - FIRST} more`, rest, (list) => made.append(list)));
    }
    return made;
  }

  function item([claim, stated, against]) {
    const head = make("h3", "", factHead(claim));
    return make("li", "", head, make("div", "sides", side("For", stated), side("Against", against)));
  }

  function draw() {
    const shown = data.contradictions.slice(page * SHOWN, (page + 1) * SHOWN);
    list.replaceChildren(...shown.map(item));
    const pages = Math.ceil(data.contradictions.length / SHOWN);
    drawPager(pager, page, pages, (to) => {
      page = to;
      draw();
      byId("contradictions").scrollIntoView();
    });
  }
  draw();
}
