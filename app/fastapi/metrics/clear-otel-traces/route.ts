export { DELETE } from "@/app/api/metrics/clear-otel-traces/route";
