import { serveJob } from "@/lib/workers/job";
import { cutDocumentInJob } from "./documents/cut-document";
import { cutDocumentJob, planParquetJob, scanCsvJob, scanJsonJob, writeParquetJob } from "./jobs";
import { planParquet, writeParquetRows } from "./parquet/read-parquet";
import { scanCsv, scanJson } from "./tables/scan-table";

/** The jobs of this room with their code, for the bundle that they run in. */
export const ingestJobs = [
  serveJob(scanCsvJob, scanCsv),
  serveJob(scanJsonJob, scanJson),
  serveJob(cutDocumentJob, cutDocumentInJob),
  serveJob(planParquetJob, planParquet),
  serveJob(writeParquetJob, writeParquetRows),
];
