import { z } from "zod";

export const signInRequestSchema = z.strictObject({ token: z.string().max(1_000) });
export type SignInRequest = z.infer<typeof signInRequestSchema>;
