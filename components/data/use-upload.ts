import { useCallback, useEffect, useRef, useState } from "react";
import { maxUploadFiles, type UploadedFile } from "@/lib/api/datasets";
import { formatCount, formatQuantity } from "@/lib/base/count";
import { type UploadState, uploadFiles } from "./upload";
import { useDatasetsChanged } from "./use-datasets";

export type UploadTask =
  | { readonly phase: "idle" }
  | ({ readonly phase: "running" } & UploadState)
  | { readonly phase: "finished"; readonly files: readonly UploadedFile[] }
  | { readonly phase: "failed"; readonly error: Error }
  | { readonly phase: "cancelled" };

/** One upload at a time. Leaving the page cancels it, and so does `cancel`; what was stored by then stays. */
export function useUpload() {
  const [task, setTask] = useState<UploadTask>({ phase: "idle" });
  const controller = useRef<AbortController>(undefined);
  const changed = useDatasetsChanged();
  useEffect(() => () => controller.current?.abort(), []);

  const upload = async (files: readonly File[], collection: string) => {
    const own = new AbortController();
    controller.current = own;
    setTask({
      phase: "running",
      sentBytes: 0,
      totalBytes: files.reduce((sum, file) => sum + file.size, 0),
      reading: undefined,
    });
    try {
      // The app would close the connection behind the last one that it takes, and browsers then lose its answer.
      const taken = files.slice(0, maxUploadFiles);
      const answer = await uploadFiles(taken, collection, own.signal, (state) => {
        if (!own.signal.aborted) setTask({ phase: "running", ...state });
      });
      setTask({ phase: "finished", files: [...answer.files, ...leftOut(files.length - taken.length)] });
    } catch (error) {
      if (own.signal.aborted) setTask({ phase: "cancelled" });
      else setTask({ phase: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
    await changed();
  };
  const cancel = useCallback(() => controller.current?.abort(), []);
  return { task, upload, cancel };
}

function leftOut(count: number): UploadedFile[] {
  if (count === 0) return [];
  const reason = `One upload holds at most ${formatCount(maxUploadFiles)} files. Upload these in a further one.`;
  return [{ name: formatQuantity(count, "more file"), status: "refused", reason }];
}
