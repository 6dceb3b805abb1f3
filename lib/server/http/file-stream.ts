/** A reader that takes nothing for this long has given up, and its place is wanted by others. */
const stallMs = 60_000;

/**
 * A file as a response's body, made as fast as it is read. `end` is called once, however it ends: read whole, given
 * up by its reader or by failing, or because the reader took nothing for a minute; then the connection is cut.
 */
export function toStream(file: AsyncGenerator<Uint8Array<ArrayBuffer>>, end: () => void): ReadableStream {
  let stalled: NodeJS.Timeout | undefined;
  let isEnded = false;
  const finish = () => {
    clearTimeout(stalled);
    if (!isEnded) end();
    isEnded = true;
  };
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(stalled);
      try {
        const { done, value } = await file.next();
        if (done) {
          finish();
          controller.close();
          return;
        }
        if (isEnded) return;
        stalled = setTimeout(() => {
          finish();
          controller.error(new Error("The file was not read for a minute."));
          // What the file read from is closed by it; a failure there has nobody left to hear of it.
          file.return(undefined).catch(() => undefined);
        }, stallMs);
        controller.enqueue(value);
      } catch (error) {
        finish();
        throw error;
      }
    },
    async cancel() {
      finish();
      await file.return(undefined);
    },
  });
}
