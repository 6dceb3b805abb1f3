import type { FileOutcome } from "./ports";

/** A file cannot be taken as it is. The message says why and what to do, for the person who sent it. */
export class Refusal extends Error {
  static readonly className = "Refusal";
  override readonly name = Refusal.className;
}

/** An upload was ended because its line was too slow. What was stored by then stays. */
export class CutUpload extends Error {
  override readonly name = "CutUpload";
  constructor(
    message: string,
    readonly files: readonly FileOutcome[],
  ) {
    super(message);
  }
}

/** An upload cannot be read at all, so no file of it can be judged. */
export class BadUpload extends Error {
  override readonly name = "BadUpload";
}
