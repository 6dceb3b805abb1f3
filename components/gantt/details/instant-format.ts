/** A moment in UTC down to the nanosecond: `2026-01-01 00:00:00.123456789 UTC`, without zeros at the end. */
export function formatInstant(epochNs: bigint): string {
  // Division of bigints cuts towards zero, also before 1970.
  const rest = ((epochNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const date = new Date(Number((epochNs - rest) / 1_000_000n));
  if (Number.isNaN(date.getTime())) return `${epochNs} ns`;
  const fraction = rest.toString().padStart(9, "0").replace(/0+$/, "");
  const [day, time = ""] = date.toISOString().split("T");
  return `${day} ${time.slice(0, 8)}${fraction === "" ? "" : `.${fraction}`} UTC`;
}
