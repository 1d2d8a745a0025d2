// What the top bar says of decisions that are not saved.

import { number } from "./parts.js";

const decisions = (n) => (n === 1 ? "1 decision" : `${number(n)} decisions`);

function troubleOf(queue, waiting) {
  const { trouble } = queue;
  if (!trouble) return "";
  const n = number(waiting);
  if (trouble.status === 401) {
    return (
      `${n} not saved yet: the server was started anew. Open the address that its terminal ` +
      "shows; this browser keeps the decisions and sends them from there."
    );
  }
  if (trouble.status === 0) {
    return `${n} not saved yet: ${trouble.message}. They are kept in this browser and sent as soon as it does.`;
  }
  return `${n} not saved: ${trouble.message}. They are kept in this browser and sent again.`;
}

export class Saved {
  constructor(button, alert) {
    Object.assign(this, { button, alert });
  }

  show(queue) {
    const [waiting, refused] = [queue.entries().length, queue.refused().length];
    const said = [];
    if (waiting) said.push(troubleOf(queue, waiting));
    if (waiting && !queue.waiting.kept) {
      said.push("This browser keeps nothing: leave the page open until all is saved.");
    }
    if (refused) said.push(`${decisions(refused)} refused; press “not saved” to see why.`);
    this.#alert(said.filter(Boolean).join(" "));
    if (!waiting && !refused) this.#state("saved", "good");
    else if (refused || queue.trouble) this.#state(`${number(waiting + refused)} not saved`, "bad");
    else this.#state(`saving ${number(waiting)}`, "");
  }

  #state(text, className) {
    this.button.textContent = text;
    this.button.className = className;
  }

  #alert(text) {
    if (this.alert.textContent === text) return; // an alert is read aloud whenever it is set
    this.alert.textContent = text;
    this.alert.hidden = !text;
  }
}
