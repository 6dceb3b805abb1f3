import { call, json, type Probe, type ProbeTarget, post, statusProbe, verdictOf } from "./probe";

/** Run ids that came with spans may be any text. */
const ids = [
  "50%",
  "a%2f",
  "d%31",
  "d1",
  "a/b",
  "a//b",
  ".",
  "..",
  "-",
  " ",
  "a b",
  "a?b#c",
  "a&b=c",
  "\\",
  "__proto__",
  "constructor",
  "a\nb",
  "\u202egnp.exe",
  "東京 🚲",
  "é",
  "e\u0301",
  "'; DROP TABLE runs --",
  "<script>alert(1)</script>",
  '"',
  "%",
  "%25",
  "%zz",
  "spans",
  "x".repeat(1_000),
];

const path = (id: string) => `/api/runs/${encodeURIComponent(id)}`;
/** Where an address cannot hold an id as a segment. */
const byQuery = (id: string, below = "") => `/api/runs/-${below}?${new URLSearchParams({ run_id: id })}`;
const isDotted = (id: string) => id === "." || id === ".." || id === "-";

let traces = 0;
function traceOf(runId: string): object {
  const nowNs = String(BigInt(Date.now()) * 1_000_000n);
  const traceId = (++traces).toString(16).padStart(32, "a");
  const span = {
    traceId,
    spanId: "a000000000000001",
    name: "probe",
    kind: 1,
    startTimeUnixNano: nowNs,
    endTimeUnixNano: nowNs,
    attributes: [{ key: "run_id", value: { stringValue: runId } }],
  };
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "ids" } }] },
        scopeSpans: [{ scope: { name: "ids" }, spans: [span] }],
      },
    ],
  };
}

export async function sendRun(url: string, runId: string): Promise<number> {
  return (await post(`${url}/v1/traces`, traceOf(runId))).status;
}

/** Waits for a run to be there: what was acknowledged is stored, and listed a moment later. */
async function reach(url: string, address: string): Promise<number> {
  let status = 0;
  for (let tries = 0; tries < 20; tries++) {
    ({ status } = await call(url + address));
    if (status !== 404) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return status;
}

async function problemsOf(url: string, id: string): Promise<string[]> {
  const problems: string[] = [];
  const want = (what: string, came: unknown, right: unknown) => {
    if (came !== right)
      problems.push(`${JSON.stringify(id.slice(0, 40))} ${what}: ${String(came)}, not ${String(right)}`);
  };
  const addresses = isDotted(id) ? [byQuery(id)] : [path(id), byQuery(id)];
  for (const address of addresses) want(`at ${address.slice(0, 60)}`, await reach(url, address), 200);
  const read = await call(url + (addresses[0] ?? ""));
  if (read.status === 200) want("is named", (JSON.parse(read.text) as { run_id?: string }).run_id, id);
  want("exported", (await call(`${url}${byQuery(id, "/export")}&format=otlp`)).status, 200);
  want("its spans", (await call(url + byQuery(id, "/spans"))).status, 200);
  const page = isDotted(id)
    ? `/runs/-?${new URLSearchParams({ run_id: id })}`
    : `/runs/${encodeURIComponent(id)}`;
  const shown = await call(url + page);
  // An address that could be written otherwise may lead to the one that is.
  const to = new URL(shown.headers.get("location") ?? page, url);
  if (to.origin !== url) problems.push(`${JSON.stringify(id.slice(0, 40))} leads to ${to.href}`);
  want("its page", shown.status === 307 ? (await call(to.href)).status : shown.status, 200);
  return problems;
}

export function idProbes({ url }: ProbeTarget): Probe[] {
  const area = "ids";
  return [
    {
      area,
      name: `${ids.length} run ids of every sort`,
      right: "opened, named, exported and shown, by path and by query",
      limitMs: 120_000,
      async run() {
        for (const id of ids) {
          const status = await sendRun(url, id);
          if (status !== 200)
            return { came: `${JSON.stringify(id.slice(0, 40))} was answered ${status}`, ok: false };
        }
        const problems: string[] = [];
        for (const id of ids) problems.push(...(await problemsOf(url, id)));
        return verdictOf(problems);
      },
    },
    {
      area,
      name: "a delete of d%31 leaves d1 as it is, and the other way round",
      right: "each delete takes its own run",
      async run() {
        const problems: string[] = [];
        const [first, other] = ["k%31", "k1"];
        for (const id of [first, other]) await sendRun(url, id);
        await Promise.all([first, other].map((id) => reach(url, path(id))));
        const gone = await call(url + path(first), { method: "DELETE", headers: json });
        if (gone.status !== 200) problems.push(`the delete of ${first} answers ${gone.status}`);
        if ((await call(url + path(other))).status !== 200) problems.push(`${other} is gone with ${first}`);
        if ((await call(url + path(first))).status !== 404) problems.push(`${first} is still there`);
        return verdictOf(problems);
      },
    },
    {
      area,
      name: "an id of 1,001 characters",
      right: "refused by name, or cut and marked; never a 500",
      async run() {
        const { status, text } = await post(`${url}/v1/traces`, traceOf("y".repeat(1_001)));
        const asked = await call(url + byQuery("y".repeat(1_001)));
        return {
          came: `${status} ${text.slice(0, 100)}, asked for ${asked.status}`,
          ok: [200, 400].includes(status) && [400, 404, 414].includes(asked.status),
        };
      },
    },
    ...[".", "..", "a/b", "a b", "", "x".repeat(129), "<b>"].map((id) =>
      statusProbe(area, `ask with run_id ${JSON.stringify(id.slice(0, 20))}`, [400], () =>
        post(`${url}/api/ask`, { question: "How many stations are there?", run_id: id }),
      ),
    ),
    statusProbe(area, "a run that is not there", [404], () => call(url + path("nobody knows this"))),
    statusProbe(area, "65 spans at once", [400], () =>
      call(`${url}${path("50%")}/spans/whole?ids=${Array(65).fill("a000000000000001").join(",")}`),
    ),
    statusProbe(area, "a span id that is none", [400, 404], () =>
      call(`${url}${path("50%")}/spans/${encodeURIComponent("' OR 1=1")}`),
    ),
    ...[
      ["21 runs in one file", Array.from({ length: 21 }, (_, at) => `r${at}`), [400]],
      ["no run in a file", [], [400]],
      ["a file of a run that is not there", ["nobody knows this"], [404]],
    ].map(([name, run_ids, statuses]) =>
      statusProbe(area, String(name), statuses as number[], () =>
        post(`${url}/api/metrics/gantt-otel`, { run_ids }),
      ),
    ),
    ...['{"days":-1}', '{"days":"1; DROP TABLE x"}', "{}", '{"days":1e9}', '{"force":"yes"}'].map((body) =>
      statusProbe(area, `clear traces with ${body}`, [400], () =>
        call(`${url}/api/metrics/clear-otel-traces`, { method: "DELETE", headers: json, body }),
      ),
    ),
  ];
}
