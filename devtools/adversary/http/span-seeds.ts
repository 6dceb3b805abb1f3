import { paths } from "@/lib/api/paths";
import { parseOtlpJson } from "@/lib/otlp/json/parse-otlp-json";
import { seedKeeper } from "../boundary/try-format";
import { sendSpans } from "../live/send";
import type { TriedJiva } from "../live/tried-jiva";
import type { Options } from "../options";
import { describeSpans, differenceOf, plainSpans } from "../seeds/compare";
import type { Verdict } from "../verdict";

const limitMs = 20_000;

/** Valid requests are stored, and their spans come back from an export as they were sent. */
export async function proveSpanSeeds(
  { url }: TriedJiva,
  root: string,
  options: Options,
  verdict: Verdict,
): Promise<void> {
  const seedsOf = seedKeeper(options.seed, root);
  for (const format of options.formats) {
    if (format !== "otlp-json" && format !== "otlp-protobuf") continue;
    const seeds = seedsOf(format);
    const what = `${seeds.length} valid requests of ${format} are stored exactly`;
    const wrong: string[] = [];
    for (const { name, bytes, expected, traceId } of seeds) {
      if (expected.kind !== "spans" || traceId === undefined) throw new Error(`${name} is no trace`);
      const { status, text } = await sendSpans(url, format, bytes, limitMs);
      if (status !== 200) {
        wrong.push(`${name} was answered ${status}: ${text.slice(0, 200)}`);
        continue;
      }
      const exported = await fetch(url + paths.runExport(traceId, "otlp"), {
        signal: AbortSignal.timeout(limitMs),
      });
      const body = await exported.text();
      if (exported.status !== 200) {
        wrong.push(`${name}: the export answers ${exported.status}: ${body.slice(0, 200)}`);
        continue;
      }
      const { spans } = parseOtlpJson(body, { receivedNs: 0n });
      const difference = differenceOf(plainSpans(expected.spans), describeSpans(spans));
      if (difference !== undefined) wrong.push(`${name}: ${difference}`);
    }
    if (wrong.length === 0) verdict.passed(what);
    for (const why of wrong) verdict.failed(what, why);
  }
}
