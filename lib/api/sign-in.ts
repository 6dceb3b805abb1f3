import { z } from "zod";

export const signInRequestSchema = z.strictObject({ token: z.string().max(1_000) });

/** What a token lets its bearer do: everything, or look at runs, charts and exports. */
const roles = ["full", "read"] as const;
export type Role = (typeof roles)[number];

export const signedInSchema = z.object({ signed_in: z.literal(true), role: z.enum(roles) });
export const signedOutSchema = z.object({ signed_in: z.literal(false) });
