import { serveJob } from "@/lib/workers/job";
import { cutDocument } from "./cut-document";
import { cutDocumentJob, scanCsvJob, scanJsonJob } from "./jobs";
import { scanCsv, scanJson } from "./scan-table";

/** The jobs of this room with their code, for the bundle that they run in. */
export const ingestJobs = [
  serveJob(scanCsvJob, scanCsv),
  serveJob(scanJsonJob, scanJson),
  serveJob(cutDocumentJob, cutDocument),
];
