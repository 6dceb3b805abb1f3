/** Types are found in the rows of about this many first bytes. */
export const scanHeadBytes = 1024 * 1024;

export interface ScanLimits {
  readonly maxColumns: number;
  /** One row, in bytes. */
  readonly maxRowBytes: number;
}
