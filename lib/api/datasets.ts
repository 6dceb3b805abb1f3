import { z } from "zod";

const datasetKinds = ["table", "documents"] as const;

const datasetColumnSchema = z.object({
  name: z.string(),
  /** ClickHouse's type. */
  type: z.string(),
});

/** A dataset's name: letters, digits, spaces and . _ - of any script, 1 to 100 characters, no path. */
export const datasetName = z
  .string()
  .regex(
    /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,99}$/u,
    "a dataset's name may hold letters, digits, spaces and . _ - and be 1 to 100 characters long",
  );

const datasetSchema = z.object({
  name: z.string(),
  kind: z.enum(datasetKinds),
  files: z.array(z.string()),
  /** Rows of a table, passages of documents. */
  rows: z.number().int(),
  passages: z.number().int(),
  columns: z.array(datasetColumnSchema),
  bytes: z.number().int(),
  created_at: z.string(),
});
export type Dataset = z.infer<typeof datasetSchema>;

export const datasetsAnswerSchema = z.object({ datasets: z.array(datasetSchema) });
export type DatasetsAnswer = z.infer<typeof datasetsAnswerSchema>;

const uploadedFileSchema = z.object({
  name: z.string(),
  status: z.enum(["stored", "refused"]),
  /** Why it was refused, and what to do. */
  reason: z.string().optional(),
  dataset: z.string().optional(),
  rows: z.number().int().optional(),
  passages: z.number().int().optional(),
  columns: z.array(datasetColumnSchema).optional(),
});
export type UploadedFile = z.infer<typeof uploadedFileSchema>;

export const uploadAnswerSchema = z.object({ files: z.array(uploadedFileSchema) });
export type UploadAnswer = z.infer<typeof uploadAnswerSchema>;

/** A stream's `progress` event: bytes of the upload so far, and the file under way. */
export const uploadProgressSchema = z.object({
  file: z.string(),
  read_bytes: z.number().int(),
  /** What the database has of its files; never more than was read. */
  stored_bytes: z.number().int(),
  /** Of the whole request, where its length was given. */
  total_bytes: z.number().int().nullable(),
  rows: z.number().int(),
});
export type UploadProgress = z.infer<typeof uploadProgressSchema>;

/** Files of one upload; what comes behind them is not looked at. */
export const maxUploadFiles = 1_000;

export const deletedDatasetSchema = z.object({ deleted: z.string() });
