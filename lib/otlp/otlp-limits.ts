/**
 * How much one request, one span and one value may hold. A sender's own limits are far below (128 attributes and
 * events a span by default); these keep a broken or hostile one from taking the process's memory.
 */
export const otlpLimits = {
  /** Of one request's body, after decompression. */
  bodyBytes: 20 * 1024 * 1024,
  /** Spans, attributes, events, links and nested values of one request, each about 100 bytes once decoded. */
  items: 1_000_000,
  /** Days (UTC) on which a request's spans start: the table has a part a day, and a part costs 5 to 20 ms. */
  days: 90,
  attributes: 1_024,
  events: 4_096,
  links: 4_096,
  valueChars: 262_144,
  keyChars: 1_024,
  /** Names, versions, trace state, addresses of schemas. */
  nameChars: 4_096,
} as const;

/** The body is not a request for the service; the message says where it is wrong. */
export class OtlpDecodeError extends Error {
  static readonly className = "OtlpDecodeError";
  override readonly name = OtlpDecodeError.className;
}

/** The request is valid and too large. */
export class OtlpTooLarge extends Error {
  static readonly className = "OtlpTooLarge";
  override readonly name = OtlpTooLarge.className;
}

/** Counts what a decoder makes, and throws OtlpTooLarge before that is too much. */
export class ItemBudget {
  private left: number;

  constructor(readonly most: number) {
    this.left = most;
  }

  take(): void {
    if (--this.left >= 0) return;
    throw new OtlpTooLarge(
      `The request holds more than ${this.most} spans, attributes and events. Send smaller batches.`,
    );
  }
}
