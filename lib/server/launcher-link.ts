import { z } from "zod";

/** What the launcher says of a part that it keeps running (devtools/launcher/restarts.mjs). */
const partSchema = z.object({
  restarts: z.number().int(),
  last_restart: z.object({ at: z.string(), reason: z.string() }).optional(),
  /** True while it is being started anew. */
  is_away: z.boolean(),
});
export type PartRestarts = z.infer<typeof partSchema>;

const messageSchema = z.object({
  type: z.literal("restarts"),
  totals: z.object({ engine: partSchema.optional(), app: partSchema.optional() }),
});
type Totals = z.infer<typeof messageSchema>["totals"];

export interface LauncherLink {
  /** How often the launcher had to start its parts anew; undefined where no launcher has said so. */
  restarts(): Totals | undefined;
}

/**
 * Listens to the launcher, where this process has one. Each of its messages is answered, by which it knows that
 * this process still turns.
 */
export function linkToLauncher(): LauncherLink {
  let totals: Totals | undefined;
  if (process.connected) {
    process.on("message", (message) => {
      const parsed = messageSchema.safeParse(message);
      if (!parsed.success) return;
      totals = parsed.data.totals;
      // A channel that closes at this moment ends this process as well (lib/telemetry/shutdown.ts).
      process.send?.({ type: "alive" }, () => undefined);
    });
  }
  return { restarts: () => totals };
}
