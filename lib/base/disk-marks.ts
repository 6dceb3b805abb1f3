const mib = 1024 * 1024;

/** Free bytes of a disk at which something changes. */
export interface DiskMarks {
  /** Below this much free, what writes is refused: the rest is for deleting, and for what runs already. */
  readonly reserve: number;
  /** A file of this size is given back to the disk once the reserve is short. */
  readonly ballast: number;
  /** Below this much free, health says so. */
  readonly low: number;
  /** Below this much free, a write may have met the disk's end. */
  readonly brim: number;
}

/**
 * The marks of a disk of this size: 16, 32, 64 and 2 MiB from 320 MiB on, less on a smaller one, which must have
 * room for data too.
 */
export function diskMarks(totalBytes: number): DiskMarks {
  const reserve = Math.min(16 * mib, Math.max(mib, Math.floor(totalBytes / 20)));
  return { reserve, ballast: 2 * reserve, low: 4 * reserve, brim: Math.floor(reserve / 8) };
}
