export { POST } from "@/app/api/metrics/gantt-otel/route";
