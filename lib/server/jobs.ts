import { ingestJobs } from "@/lib/ingest/serve-ingest-jobs";
import { serveJobs } from "@/lib/workers/serve-jobs";

/** The module that jobs run in (dist/workers.mjs): every job of the app with its code. */
export default serveJobs([...ingestJobs]);
