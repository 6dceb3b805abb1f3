import type { Services } from "./services";

/**
 * The services of this process, known to every bundle of the app. Apart from what starts them (services.ts), so
 * that the door's bundle does not hold all of it.
 */
const key = Symbol.for("jiva.services");
const globals = globalThis as typeof globalThis & { [key]?: Services };

export function services(): Services {
  const started = globals[key];
  if (!started) throw new Error("The services were not started. instrumentation.ts does that.");
  return started;
}

export function areServicesStarted(): boolean {
  return globals[key] !== undefined;
}

export function keepServices(started: Services): void {
  globals[key] = started;
}
