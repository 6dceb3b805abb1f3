/** Indexes into a dictionary, as wide as it needs. */
export type IndexColumn = Uint8Array | Uint16Array | Uint32Array;

/** The narrowest column that can point at every entry of a dictionary of this size. */
export function indexColumn(count: number, dictionarySize: number): IndexColumn {
  if (dictionarySize <= 0x100) return new Uint8Array(count);
  return dictionarySize <= 0x10000 ? new Uint16Array(count) : new Uint32Array(count);
}
