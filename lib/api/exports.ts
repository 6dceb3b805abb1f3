import { z } from "zod";
import { runIdSchema } from "./run-id";

/** The forms in which a run leaves: the timeline as a page, and what other tools read. */
const exportFormats = ["html", "otlp", "jaeger", "chrome"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** `none` leaves out attribute values and everything else that reveals content (lib/export/without-values.ts). */
const exportedValues = ["all", "none"] as const;
export type ExportedValues = (typeof exportedValues)[number];

/** The fields of a view, as the address of a run has them (components/gantt/view-address.ts). */
export const viewFields = ["from", "to", "span", "find", "hide", "panel", "fold", "turned"] as const;

export const maxViewChars = 8_000;

const fields: ReadonlySet<string> = new Set(viewFields);

/** A view as the query of a run's address, without its question mark: `from=0&to=1500000&find=error`. */
const viewSchema = z
  .string()
  .max(maxViewChars, `a view has ${maxViewChars} characters at most`)
  .refine(
    (view) => {
      const names = [...new URLSearchParams(view).keys()];
      return names.every((name) => fields.has(name)) && new Set(names).size === names.length;
    },
    { message: `a view holds ${viewFields.join(", ")}, each at most once` },
  );

export const exportQuerySchema = z.strictObject({
  format: z.enum(exportFormats).default("html"),
  values: z.enum(exportedValues).default("all"),
  /** For the page only. */
  view: viewSchema.default(""),
});

export const ganttRequestSchema = z.strictObject({
  run_ids: z.array(runIdSchema).min(1).max(20),
  values: z.enum(exportedValues).default("all"),
  view: viewSchema.default(""),
});
export type GanttRequest = z.infer<typeof ganttRequestSchema>;
