// Questions to the server. It answers only those who know the token of its address.

const HEADER = "x-review-token";
const PATIENCE = 20_000; // milliseconds until no answer counts as none

export class Failure extends Error {
  // `status` is that of HTTP, 0 where nobody answered; `field` the correction that is wrong.
  constructor(status, message, field = "") {
    super(message);
    this.status = status;
    this.field = field;
  }

  // The server looked at it and will never take it; asking again is of no use.
  get refused() {
    return [404, 413, 415, 422].includes(this.status);
  }
}

// Takes the token out of the address, where others could read it; says whether there was one.
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!given) return false;
  sessionStorage.setItem("token", given);
  history.replaceState(null, "", location.pathname + location.search);
  return true;
}

async function answered(path, options) {
  const headers = { ...options.headers, [HEADER]: sessionStorage.getItem("token") ?? "" };
  let response;
  let body = {};
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    response = await fetch(path, { ...options, headers, signal, cache: "no-store" });
    const text = await response.text();
    if (response.headers.get("content-type")?.startsWith("application/json")) {
      body = JSON.parse(text);
    }
  } catch {
    throw new Failure(0, "the server does not answer");
  }
  if (response.ok) return body;
  const said = body.error ?? `the server failed (${response.status}); look at its terminal`;
  throw new Failure(response.status, said, body.field);
}

export function ask(name, given = {}) {
  const filled = Object.entries(given).filter(([, value]) => value !== "");
  return answered(`/api/${name}?${new URLSearchParams(filled)}`, {});
}

export function tell(name, given) {
  const headers = { "content-type": "application/json" };
  return answered(`/api/${name}`, { method: "POST", headers, body: JSON.stringify(given) });
}
