import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { paths } from "@/lib/api/paths";
import { faultOfReason } from "../boundary/outcome";
import { ask } from "../chaos/load";
import { watchHealth } from "../live/health-watch";
import { type NamedFile, upload } from "../live/send";
import { call, type Probe, type ProbeTarget, statusProbe, verdictOf } from "./probe";

const answerMs = 10_000;

export function uploadProbes({ url, tried, root }: ProbeTarget): Probe[] {
  const area = "uploads";
  const made = (name: string, content: string | Uint8Array): NamedFile => ({
    name,
    bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
  });
  // What once did harm is test data of the room that reads it.
  const kept = (name: string) => {
    const folder = name.endsWith(".parquet") ? "lib/ingest/parquet/test-data" : "lib/ingest/test-data";
    return made(name, new Uint8Array(readFileSync(join(root, folder, name))));
  };

  /** One file; what comes of it, with everything that has to hold beside it (cases/trust). */
  const fileProbe = (
    one: NamedFile,
    right: "stored" | "refused" | "either",
    name = one.name,
    then?: () => Promise<string[]>,
  ): Probe => ({
    area,
    name,
    right: `${right === "either" ? "stored or refused" : right} within 10 s; health within 1 s; the same processes; a question after it`,
    limitMs: 60_000,
    async run() {
      const before = [tried.appPid(), tried.enginePid()].join();
      const stop = watchHealth(url);
      const { files, status, text, ms } = await upload(url, [one], 3 * answerMs);
      const { bad } = await stop();
      const [outcome] = files;
      const problems = bad.map((each) => `health: ${each}`);
      if (!outcome) problems.push(`answered ${status}: ${text.slice(0, 150)}`);
      else if (right !== "either" && outcome.status !== right)
        problems.push(`${outcome.status}: ${outcome.reason ?? ""}`);
      if (ms > answerMs) problems.push(`an answer after ${Math.round(ms)} ms`);
      if (outcome?.status === "refused") {
        const fault = faultOfReason(outcome.reason ?? "");
        if (fault !== undefined) problems.push(`${fault}: ${outcome.reason}`);
      }
      if ([tried.appPid(), tried.enginePid()].join() !== before) problems.push("a process is another");
      if ((await ask(url, "How many stations are there?")) !== 200)
        problems.push("a question after it is not answered");
      if (problems.length === 0 && then) problems.push(...(await then()));
      return verdictOf(
        problems,
        `${outcome?.status} after ${Math.round(ms)} ms${outcome?.reason ? `: ${outcome.reason}` : ""}`,
      );
    },
  });

  const total = async () => {
    const result = await tried.engine.query({
      query: "SELECT source FROM datasets FINAL WHERE deleted = 0 AND name = 'decimal9-in-int64'",
      format: "JSONEachRow",
    });
    const [live] = await result.json<{ source: string }>();
    const sum = await tried.engine.query({
      query: `SELECT toString(sum(toDecimal64(price, 2))) AS total, count() AS rows FROM ${live?.source}`,
      format: "JSONEachRow",
    });
    const [row] = await sum.json<{ total: string; rows: string }>();
    return row?.total.replace(/\.?0+$/, "") === "99318.9" && row.rows === "20000"
      ? []
      : [`the total is ${row?.total} of ${row?.rows} rows`];
  };

  const form = (body: string, contentType = "multipart/form-data; boundary=b") =>
    call(url + paths.datasets, {
      method: "POST",
      headers: { "x-jiva-request": "1", "content-type": contentType },
      body,
    });
  const part = (disposition: string, content: string) =>
    `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;

  return [
    fileProbe(kept("footer-nested-lists.parquet"), "refused"),
    fileProbe(kept("footer-long-number-40k.parquet"), "refused"),
    ...Array.from({ length: 3 }, (_, at) =>
      fileProbe(kept("never-ends.parquet"), "refused", `never-ends.parquet, time ${at + 1}`),
    ),
    fileProbe(kept("damaged-page.parquet"), "refused"),
    ...Array.from({ length: 3 }, (_, at) =>
      fileProbe(
        kept("decimal9-in-int64.parquet"),
        "stored",
        `decimal9-in-int64.parquet, time ${at + 1}`,
        total,
      ),
    ),
    fileProbe(kept("nested-quotes.md"), "either"),
    fileProbe(made("empty.csv", ""), "refused"),
    fileProbe(made("header only.csv", "a,b\n"), "refused"),
    fileProbe(made("open quote.csv", `a,b\n"${"x".repeat(100_000)}`), "refused"),
    fileProbe(
      made("wide.csv", `${Array.from({ length: 1_001 }, (_, at) => `c${at}`).join(",")}\n`),
      "refused",
    ),
    fileProbe(made("deep.json", `[{"a":${"[".repeat(100_000)}`), "refused"),
    fileProbe(
      made("keys.ndjson", Array.from({ length: 1_100 }, (_, at) => `{"k${at}":1}`).join("\n")),
      "refused",
    ),
    fileProbe(made("proto.json", '[{"__proto__":"x","constructor":"y"}]'), "either"),
    fileProbe(made("utf16.csv", new Uint8Array(Buffer.from("\ufeffa,b\n1,2\n", "utf16le"))), "refused"),
    fileProbe(made("latin1.csv", new Uint8Array(Buffer.from("name\nStraße\n", "latin1"))), "refused"),
    fileProbe(made("zipped.csv", new Uint8Array(gzipSync("a,b\n1,2\n"))), "refused"),
    fileProbe(made("office.xlsx", "PK\u0003\u0004"), "refused"),
    fileProbe(made("paper.pdf", "%PDF-1.7"), "refused"),
    fileProbe(made("text.parquet", "no parquet at all"), "refused"),
    fileProbe(
      made("table.csv", kept("decimal9-in-int64.parquet").bytes),
      "refused",
      "a Parquet file that is called .csv",
    ),
    fileProbe(made("brackets.md", "[".repeat(200_000)), "either", "200,000 brackets in Markdown"),
    fileProbe(made("stars.md", "*a ".repeat(60_000)), "either", "60,000 stars in Markdown"),
    fileProbe(
      made("lists.md", Array.from({ length: 2_000 }, (_, at) => `${" ".repeat(at)}- x`).join("\n")),
      "either",
      "2,000 lists in one another in Markdown",
    ),
    fileProbe(made("long.txt", "x".repeat(3_000_000)), "either", "3 MB of text without a space"),
    fileProbe(made("spaces.txt", `a${" ".repeat(3_000_000)}b`), "either", "3 MB of spaces in a text"),
    ...(
      [
        ["without a boundary", () => form("x", "multipart/form-data")],
        ["that is none", () => form("x", "text/plain")],
        ["that ends in the middle", () => form(part('name="file"; filename="a.csv"', "a\n1").slice(0, -2))],
        ["with a field that nobody knows", () => form(`${part('name="nope"', "1")}--b--\r\n`)],
        ["with a field __proto__", () => form(`${part('name="__proto__"', "1")}--b--\r\n`)],
        [
          "with a dataset of a bad name",
          () =>
            form(`${part('name="dataset"', "../x")}${part('name="file"; filename="a.md"', "text")}--b--\r\n`),
        ],
        ["without a file", () => form("--b--\r\n")],
        ["with a file of no name", () => form(`${part('name="file"; filename=""', "a\n1\n")}--b--\r\n`)],
      ] as const
    ).map(([name, send]) => statusProbe(area, `a form ${name}`, [400], send)),
    {
      area,
      name: "one bad file among good ones",
      right: "207; the good ones stored",
      async run() {
        const { status, files } = await upload(
          url,
          [made("good one.csv", "a\n1\n"), kept("damaged-page.parquet"), made("good two.csv", "a\n2\n")],
          30_000,
        );
        const came = files.map((each) => each.status).join(", ");
        return { came: `${status}: ${came}`, ok: status === 207 && came === "stored, refused, stored" };
      },
    },
    {
      area,
      name: "1,010 files in one form",
      right: "the first ones are stored, the limit is named, the rest is counted",
      limitMs: 300_000,
      async run() {
        const { status, files, text } = await upload(
          url,
          Array.from({ length: 1_010 }, (_, at) => made(`.hidden ${at}.csv`, "a\n1\n")),
          240_000,
        );
        const isNamed = files.some(({ reason }) => /1,?000/.test(reason ?? ""));
        return {
          came: `${status}, ${files.length} outcomes; ${files.at(-1)?.reason ?? text.slice(0, 100)}`,
          ok: isNamed && files.length >= 1_000,
        };
      },
    },
  ];
}
