/**
 * Files on their way from the page where they were dropped to the page that opens them. They stay in this page's
 * memory: addresses hold no files, and nothing is sent to the server.
 */
let waiting: readonly File[] = [];

export function putFiles(files: readonly File[]): void {
  waiting = files;
}

/** The files, once. */
export function takeFiles(): readonly File[] {
  const files = waiting;
  waiting = [];
  return files;
}
