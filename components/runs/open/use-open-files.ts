import { useCallback, useEffect, useRef, useState } from "react";
import { type OpenedTraceFile, openTraceFile, type Progress } from "./open-file";

/** A file that was given to the page, and how far it is. */
export interface GivenFile {
  readonly id: number;
  readonly name: string;
  readonly state:
    | { readonly is: "waiting" }
    | ({ readonly is: "reading" } & Progress)
    | { readonly is: "failed"; readonly reason: string }
    | { readonly is: "open"; readonly file: OpenedTraceFile };
}

/** Tells the runs of all files apart. */
export function runKey(file: GivenFile, index: number): string {
  return `${file.id} ${index}`;
}

/** Files that are opened one after the other: each takes the memory of the browser while it is parsed. */
export function useOpenFiles() {
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const queue = useRef<{ readonly id: number; readonly file: File; readonly abort: AbortController }[]>([]);
  const isRunning = useRef(false);
  const nextId = useRef(1);

  const run = useCallback(async () => {
    if (isRunning.current) return;
    isRunning.current = true;
    for (let item = queue.current[0]; item; item = queue.current[0]) {
      const { id, file, abort } = item;
      const become = (state: GivenFile["state"]) =>
        setFiles((all) => all.map((one) => (one.id === id ? { ...one, state } : one)));
      try {
        const opened = await openTraceFile(
          file,
          (progress) => become({ is: "reading", ...progress }),
          abort.signal,
        );
        become({ is: "open", file: opened });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!abort.signal.aborted) become({ is: "failed", reason });
      }
      queue.current = queue.current.filter((one) => one.id !== id);
    }
    isRunning.current = false;
  }, []);

  const add = useCallback(
    (given: readonly File[]) => {
      const items = given.map((file) => ({ id: nextId.current++, file, abort: new AbortController() }));
      queue.current.push(...items);
      setFiles((all) => [
        ...all,
        ...items.map(({ id, file }): GivenFile => ({ id, name: file.name, state: { is: "waiting" } })),
      ]);
      void run();
    },
    [run],
  );

  const remove = useCallback((id: number) => {
    queue.current.find((item) => item.id === id)?.abort.abort();
    queue.current = queue.current.filter((item) => item.id !== id);
    setFiles((all) => all.filter((one) => one.id !== id));
  }, []);

  useEffect(
    () => () => {
      for (const { abort } of queue.current) abort.abort();
    },
    [],
  );
  return { files, add, remove };
}
