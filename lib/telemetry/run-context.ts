import { type Context, createContextKey } from "@opentelemetry/api";

/** The run that a context works for. The key is known by its name in every bundle of the app. */
const runKey = createContextKey("jiva run_id");

export function withRunId(context: Context, runId: string): Context {
  return context.setValue(runKey, runId);
}

export function runIdOf(context: Context): string | undefined {
  const value = context.getValue(runKey);
  return typeof value === "string" ? value : undefined;
}
