import { upload } from "../live/send";
import { listedDatasets, storedUnder } from "../live/stored";
import { differenceOf } from "../seeds/compare";
import { call, json, type Probe, type ProbeTarget, post, verdictOf } from "./probe";

const script = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });

/** What would be run, seen or broken out of if a text were taken for more than a text. */
export function injectionProbes({ url, tried }: ProbeTarget): Probe[] {
  const area = "injection";
  const names = async () => (await listedDatasets(url)).map(({ name }) => name).sort();
  return [
    {
      area,
      name: "columns whose names are SQL",
      right: "stored exactly, and a question over them is answered",
      async run() {
        const columns = [
          "a`b",
          "c); DROP TABLE datasets; --",
          'd"e',
          "toString",
          "__proto__",
          "f\\",
          "count()",
        ];
        const cells = ["' OR 1=1 --", "x`y", "{a:String}", "$1", "w", "\\'", "z"];
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = [columns, cells].map((row) => row.map(quote).join(",")).join("\n");
        const { files } = await upload(url, [file("sql names.csv", text)], 20_000);
        const stored = await storedUnder(tried, "sql names");
        if (!stored) return { came: `not stored: ${files[0]?.reason}`, ok: false };
        const difference = differenceOf({ kind: "rows", columns, rows: [cells] }, stored);
        const { status } = await post(`${url}/api/ask`, {
          question: 'What is c); DROP TABLE datasets; -- in sql names where d"e is {a:String}?',
        });
        return verdictOf([
          ...(difference === undefined ? [] : [difference]),
          ...(status === 200 ? [] : [`the question: ${status}`]),
        ]);
      },
    },
    {
      area,
      name: "questions that are SQL",
      right: "200, and every dataset as it was",
      async run() {
        const before = await names();
        const questions = [
          "'; DROP TABLE jiva.datasets; --",
          "How many stations are there' OR '1'='1?",
          "{x:String} \\' UNION SELECT * FROM system.tables",
          "stations`; SELECT sleep(3); `",
          "\u0000\u202e How many stations?",
        ];
        const answers = await Promise.all(questions.map((question) => post(`${url}/api/ask`, { question })));
        const wrong = answers.flatMap(({ status }, at) =>
          status === 200 ? [] : [`${questions[at]}: ${status}`],
        );
        return verdictOf([
          ...wrong,
          ...((await names()).join() === before.join() ? [] : ["datasets are others than before"]),
        ]);
      },
    },
    {
      area,
      name: "filters of the list that are SQL or patterns",
      right: "200 and no run, since none is called so",
      async run() {
        const queries = [
          "q=' OR 1=1 --",
          "q=%25%25%25%25",
          "q=____________",
          "service=' OR ''='",
          "mode=' OR ''='",
        ];
        const wrong: string[] = [];
        for (const query of queries) {
          const { status, text } = await call(
            `${url}/api/runs?${encodeURI(query).replaceAll("'", "%27").replaceAll("%2525", "%25")}`,
          );
          const runs = status === 200 ? (JSON.parse(text) as { runs: unknown[] }).runs.length : -1;
          if (status !== 400 && runs !== 0) wrong.push(`${query}: ${status}, ${runs} runs`);
        }
        return verdictOf(wrong);
      },
    },
    {
      area,
      name: "deletes of datasets by names that are paths, patterns or SQL",
      right: "400 or 404, and every dataset as it was",
      async run() {
        const before = await names();
        const tried = [
          "..",
          "%2e%2e",
          "%2F",
          "%25",
          "*",
          "a' OR '1'='1",
          "stations%00",
          "STATIONS",
          "stations'--",
        ];
        const wrong: string[] = [];
        for (const name of tried) {
          const { status } = await call(`${url}/api/datasets/${name}`, { method: "DELETE", headers: json });
          if (![400, 404, 405].includes(status)) wrong.push(`${name}: ${status}`);
        }
        return verdictOf([
          ...wrong,
          ...((await names()).join() === before.join() ? [] : ["datasets are others than before"]),
        ]);
      },
    },
    {
      area,
      name: "a span whose texts are script, in every exported form",
      right: "no script of its own; a policy that runs the page's own alone",
      async run() {
        const nowNs = String(BigInt(Date.now()) * 1_000_000n);
        const runId = `script ${script}`;
        const value = { stringValue: script };
        const span = {
          traceId: "b".repeat(32),
          spanId: "b000000000000001",
          name: script,
          kind: 1,
          startTimeUnixNano: nowNs,
          endTimeUnixNano: nowNs,
          traceState: "a=b",
          status: { code: 2, message: script },
          attributes: [
            { key: "run_id", value: { stringValue: runId } },
            { key: script, value },
          ],
          events: [{ timeUnixNano: nowNs, name: script, attributes: [{ key: script, value }] }],
        };
        const sent = {
          resourceSpans: [
            {
              resource: { attributes: [{ key: "service.name", value }] },
              scopeSpans: [{ scope: { name: script }, spans: [span] }],
            },
          ],
        };
        const stored = await post(`${url}/v1/traces`, sent);
        if (stored.status !== 200) return { came: `the span: ${stored.status}`, ok: false };
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        const address = `${url}/api/runs/${encodeURIComponent(runId)}/export`;
        const view = new URLSearchParams({ view: `find=${encodeURIComponent(script)}` });
        const pages = [
          await call(`${address}?format=html`),
          await call(`${address}?format=html&${view}`),
          await post(`${url}/api/metrics/gantt-otel`, { run_ids: [runId, runId] }),
          await post(`${url}/fastapi/metrics/gantt-otel`, { run_ids: [runId] }),
          await call(`${url}/runs/${encodeURIComponent(runId)}`),
          await call(`${url}/runs?q=${encodeURIComponent(script)}`),
          await call(`${url}/?q=${encodeURIComponent(script)}`),
        ];
        const wrong = pages.flatMap(({ status, text, headers }, at) => {
          // An address that is written otherwise leads to the one of the same run.
          if (status === 307 && headers.get("location")?.startsWith("/runs/-")) return [];
          if (status !== 200 && status !== 400) return [`page ${at}: ${status}`];
          if (/<script>alert|<img src=x/.test(text)) return [`page ${at} holds the script as it is`];
          const policy = headers.get("content-security-policy") ?? "";
          const own =
            /script-src[^;]*'(?:nonce|sha256)-/.test(policy) ||
            policy.startsWith("default-src 'none'") ||
            policy === "sandbox allow-scripts";
          return own ? [] : [`page ${at} may run anything: ${policy.slice(0, 100)}`];
        });
        for (const format of ["otlp", "jaeger", "chrome"]) {
          const { headers, status } = await call(`${address}?format=${format}`);
          if (status !== 200) wrong.push(`${format}: ${status}`);
          if (
            !/json/.test(headers.get("content-type") ?? "") ||
            headers.get("x-content-type-options") !== "nosniff"
          )
            wrong.push(`${format} could be taken for a page`);
        }
        return verdictOf(wrong);
      },
    },
    {
      area,
      name: "a run id that would end a header",
      right: "one header, one file name, nothing behind it",
      async run() {
        const runId = 'a"\r\nset-cookie: x=1\r\n\r\n<b>; filename=evil.exe';
        const nowNs = String(BigInt(Date.now()) * 1_000_000n);
        const span = {
          traceId: "c".repeat(32),
          spanId: "c000000000000001",
          name: "x",
          kind: 1,
          startTimeUnixNano: nowNs,
          endTimeUnixNano: nowNs,
          attributes: [{ key: "run_id", value: { stringValue: runId } }],
        };
        await post(`${url}/v1/traces`, {
          resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [span] }] }],
        });
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        const { status, headers } = await call(
          `${url}/api/runs/${encodeURIComponent(runId)}/export?format=otlp`,
        );
        const disposition = headers.get("content-disposition") ?? "";
        const isSafe =
          !headers.has("set-cookie") &&
          !/filename="?[^";]*evil\.exe$/.test(disposition.replace(/filename\*=.*/, ""));
        return { came: `${status} ${disposition.slice(0, 120)}`, ok: status === 200 && isSafe };
      },
    },
    {
      area,
      name: "files whose names are paths, script, SQL or turned round",
      right: "refused, or stored under a plain name",
      async run() {
        const bad = [
          "../../x.csv",
          "..\\x.csv",
          ".hidden.csv",
          "a\u202ev.csv",
          "/etc/passwd.csv",
          ".csv",
          "   .csv",
        ];
        const odd = [
          `${script.slice(0, 40)}.csv`,
          "a'; DROP TABLE datasets; --.csv",
          '"quoted".csv',
          "=cmd|x.csv",
        ];
        const { status, files, text } = await upload(
          url,
          [...bad, ...odd].map((name) => file(name, "a\n1\n")),
          60_000,
        );
        if (files.length === 0) return { came: `${status} ${text.slice(0, 100)}`, ok: false };
        const wrong = files.flatMap(({ status: became, name, dataset }) =>
          became === "stored" && /[^\p{L}\p{N}_ .-]/u.test(dataset ?? "")
            ? [`${name} became ${dataset}`]
            : [],
        );
        const stored = files.filter(
          (each, at) => at < bad.length && each.status === "stored" && /[/\\]/.test(each.name),
        );
        return verdictOf([...wrong, ...stored.map(({ name }) => `${name} was stored`)]);
      },
    },
    ...[
      "/(a+)+$/",
      "/(a|a)*b/",
      "/((((((x+)+)+)+)+)+)y/",
      "/[/",
      "/(/",
      `/${"(".repeat(200)}${")".repeat(200)}/`,
      "tokens>99999999999999999999",
      "a=b=c=d",
      '"',
      "duration>",
      "x".repeat(500),
    ].map(
      (find): Probe => ({
        area: "find",
        name: `a search for ${find.length > 40 ? `${find.slice(0, 40)}…` : find}`,
        right: "200 or 400 within 2 s",
        async run() {
          const { status, ms } = await call(
            `${url}/api/runs/${encodeURIComponent("50%")}/spans/search?${new URLSearchParams({ q: find })}`,
          );
          return {
            came: `${status} after ${Math.round(ms)} ms`,
            ok: [200, 400].includes(status) && ms < 2_000,
          };
        },
      }),
    ),
  ];
}
