// What an outcome of the server makes of a row. Pure: row and outcome in, row out.

// `sent` is the row as it was when it was sent; `row` as it is now: the inspector may have gone on writing meanwhile.
export function settledRow(row, sent, outcome, now = Date.now()) {
  const typed = row.seq !== sent.seq;
  const common = { tries: 0, code: outcome.code || "", message: outcome.message || "", errors: outcome.errors ?? [] };
  if (outcome.status === 200 || outcome.status === 201) {
    // An answer has one id per item: the server's counts from now on.
    const id = outcome.server?.id ?? row.id;
    const done = { ...row, ...common, id, attempts: [], base: outcome.revision ?? row.base, server: null, sent_at: now };
    if (typed) return { ...done, state: row.state === "sending" ? "waiting" : row.state };
    // "received": it arrived earlier and somebody changed it since; what stands now is shown.
    const data = outcome.outcome === "received" ? nowStands(row.data, outcome.server) : row.data;
    return { ...done, state: "sent", data };
  }
  if (outcome.status === 409) {
    // An answer that got lost on the way back: what the server has is our own earlier version, so there is nothing to choose.
    if ((row.attempts ?? []).some((data) => saysTheSame(data, outcome.server))) {
      return { ...row, ...common, attempts: [], id: outcome.server.id ?? row.id, base: outcome.revision, state: "waiting" };
    }
    return { ...row, ...common, state: "conflict", server: outcome.server, server_revision: outcome.revision };
  }
  return { ...row, ...common, state: "rejected" };
}

const plain = (value) => (value === null || value === undefined || value === false ? "" : String(value));

function saysTheSame(data, server) {
  const shared = Object.keys(data).filter((name) => server && name in server);
  return shared.length > 0 && shared.every((name) => plain(data[name]) === plain(server[name]) || (name === "number" && Number(data[name]) === Number(server[name])));
}

export function nowStands(data, server) {
  const fresh = Object.keys(data).filter((name) => server && name in server);
  return { ...data, ...Object.fromEntries(fresh.map((name) => [name, server[name]])) };
}

// What is sent for a row (docs/api-field.md, "Kinds and their data").
export function recordOf(row) {
  return {
    kind: row.kind,
    id: row.id,
    assignment: row.assignment,
    base_revision: row.base,
    recorded_at: new Date(row.edited_at).toISOString(),
    data: row.data,
  };
}

export const mayRest = (row) => row.state === "waiting" || row.state === "sending";
export const isUnsent = (row) => row.state !== "sent";
