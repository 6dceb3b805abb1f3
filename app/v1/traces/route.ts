import { route } from "@/lib/server/http/http";
import { otlpProblem, receiveTraces } from "@/lib/server/receive-traces";

export const POST = route({ toResponse: otlpProblem }, receiveTraces);
