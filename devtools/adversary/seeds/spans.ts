import type { Random } from "../random";
import type { ExpectedSpan } from "./seed";
import { someText } from "./words";

export interface MadeSpan extends ExpectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}

/** A fixed moment (2026-01-02), so that an input is the same on each day. */
const baseNs = 1_767_312_000_000_000_000n;

/** One trace of 1 to 40 spans in a tree, each within its parent and with a name of its own. */
export function makeSpans(random: Random, { onlyMicroseconds }: { onlyMicroseconds: boolean }): MadeSpan[] {
  const traceId = random.hex(31).padStart(32, "1");
  const unitNs = onlyMicroseconds ? 1_000n : 1n;
  const service = someText(random, 2);
  const spans: MadeSpan[] = [];
  const count = random.between(1, 40);
  for (let at = 0; at < count; at++) {
    const parent = at === 0 ? undefined : spans[random.below(at)];
    const offset = parent ? BigInt(random.below(Number(parent.durationNs / unitNs / 2n) + 1)) * unitNs : 0n;
    const length = parent ? (parent.durationNs - offset) / 2n / unitNs : BigInt(random.between(1e6, 9e8));
    spans.push({
      traceId,
      spanId: random.hex(15).padStart(16, "1"),
      parentSpanId: parent?.spanId ?? "",
      name: `${someText(random, 3)} ${at}`,
      parentName: parent?.name ?? "",
      service,
      startNs: (parent?.startNs ?? baseNs + BigInt(random.below(1e9)) * 1_000n) + offset,
      durationNs: length * unitNs,
      status: random.pick(["Unset", "Unset", "Ok", "Error"]),
      attributes: makeAttributes(random),
    });
  }
  return spans;
}

function makeAttributes(random: Random): ExpectedSpan["attributes"] {
  const made = Array.from({ length: random.below(8) }, (_, at) => {
    const type = random.pick(["string", "int", "double", "bool"] as const);
    const values = {
      string: someText(random),
      int: String(random.between(-1e9, 1e9)),
      double: String(random.between(-999, 999) + 0.5),
      bool: String(random.chance(0.5)),
    };
    return [`key.${at}`, type, values[type]] as const;
  });
  return made;
}
