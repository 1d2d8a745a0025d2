// The page: how it begins, and why it may not.

import { Failure, ask, takeToken } from "./api.js";
import { number } from "./parts.js";
import { keptAnywhere } from "./queue.js";
import { Review } from "./review.js";

const byId = (id) => document.getElementById(id);

// The bars stay in sight: what is scrolled to must not lie behind them.
function measureBars() {
  const watcher = new ResizeObserver(() => {
    for (const id of ["top", "tools"]) {
      document.documentElement.style.setProperty(`--${id}`, `${byId(id).offsetHeight}px`);
    }
  });
  watcher.observe(byId("top"));
  watcher.observe(byId("tools"));
}

function stop(failure) {
  const kept = hasStorage() ? keptAnywhere() : 0;
  const also = kept
    ? ` ${number(kept)} unsaved decisions are kept in this browser and sent from there.`
    : "";
  const said =
    failure.status === 401
      ? `Open the address that the terminal shows, with its token.${also}`
      : `${failure.message}; reload this page when the server runs.${also}`;
  byId("stopped").textContent = said;
  byId("stopped").hidden = false;
  document.body.classList.add("stopped");
}

// Without the browser's own storage no decision could outlive a server that is down.
function hasStorage() {
  try {
    return Boolean(sessionStorage && localStorage);
  } catch {
    return false;
  }
}

async function main() {
  if (!hasStorage()) {
    stop(
      new Failure(0, "This browser lets the page keep nothing: allow site data for its address"),
    );
    return;
  }
  takeToken();
  let review = null;
  window.addEventListener("hashchange", () => {
    if (!takeToken()) return; // the address of a server that was started anew, in the same tab
    if (review) review.decisions.leaving = true;
    location.reload();
  });
  measureBars();
  try {
    review = new Review(await ask("start"));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    stop(failure);
    return;
  }
  await review.begin();
}

main();
