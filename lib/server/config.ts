import type { BlockList } from "node:net";
import { z } from "zod";
import { parseTrustedProxies } from "@/lib/door/client";

/**
 * Everything that can be set from outside, read once. `settings` is the whole list: README's table is held
 * against it by a test.
 */

const flag = z
  .enum(["0", "1"])
  .default("0")
  .transform((value) => value === "1");
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
/** An empty variable counts as one that is not set: compose files pass them on that way. */
const optionalText = z
  .string()
  .optional()
  .transform((value) => (value === "" ? undefined : value));

/** As it can be sent in a header. */
const token = optionalText.pipe(
  z
    .string()
    .regex(/^[\x21-\x7e]+$/, "may hold letters, digits and signs, and no spaces")
    .max(1_000)
    .optional(),
);

const settings = {
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: count(0, 65_535).default(3000),
  CLICKHOUSE_URL: optionalText.pipe(z.url({ protocol: /^https?$/ }).optional()),
  CLICKHOUSE_USER: z.string().min(1).default("default"),
  CLICKHOUSE_PASSWORD: z.string().default(""),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "may hold letters, digits and _")
    .default("otel_traces"),
  CLICKHOUSE_CLUSTER: optionalText.pipe(
    z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,200}$/, "may hold letters, digits, _, - and .")
      .optional(),
  ),
  DATA_DIR: z.string().min(1).default(".data"),
  // The launcher's and the engine's own (devtools/launcher/engine-memory.mjs), which read it before the app runs.
  ENGINE_MEMORY_MB: count(1_024, 16_777_216).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText.pipe(z.url({ protocol: /^https?$/ }).optional()),
  OTEL_SERVICE_NAME: z.string().min(1).default("jiva"),
  TRACE_TTL_HOURS: count(0, 876_000).default(72),
  TRACE_REQUESTS: z.enum(["work", "all"]).default("work"),
  API_TOKEN: token,
  READ_TOKEN: token,
  ALLOW_NO_TOKEN: flag,
  ALLOWED_HOSTS: optionalText,
  TRUSTED_PROXIES: z.string().default(""),
  MAX_UPLOAD_MB: count(1, 1_048_576).default(1024),
  ASK_TIMEOUT_MS: count(1, 600_000).default(30_000),
  ASK_CONCURRENCY: count(1, 1_000).default(16),
} as const;

export const settingNames = Object.keys(settings) as readonly (keyof typeof settings)[];

const schema = z.object(settings);

export interface Config extends z.infer<typeof schema> {
  /** Host headers that are answered, lower-case and without a port. */
  readonly allowedHosts: readonly string[];
  /** Whose word on a client's address, protocol and host counts. */
  readonly trustedProxies: BlockList;
}

const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A wrong setting; the message is one line that names the variable. */
export class ConfigError extends Error {
  static readonly className = "ConfigError";
  override readonly name = ConfigError.className;
}

/** Reads the settings. Throws a ConfigError for the first that is wrong. An empty variable is not set. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = new Map(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    const shown = isSecret(name) ? "" : (given.get(name) ?? "");
    throw new ConfigError(`${name}=${shown} is not possible: ${issue?.message ?? "wrong value"}.`);
  }
  const config = parsed.data;
  if (!isLoopback(config.HOST) && !config.API_TOKEN && !config.ALLOW_NO_TOKEN) {
    throw new ConfigError(
      `API_TOKEN is needed because HOST=${config.HOST} can be reached from other machines. ` +
        "Set API_TOKEN, or ALLOW_NO_TOKEN=1 where something else keeps strangers out.",
    );
  }
  checkTokens(config);
  const named = (config.ALLOWED_HOSTS ?? "").split(",").map((host) => host.trim().toLowerCase());
  // Loopback names are always ours: a page that rebinds its name to this machine still sends its own.
  const allowedHosts = [...loopbackHosts, config.HOST.toLowerCase(), ...named].filter((host) => host !== "");
  return {
    ...config,
    allowedHosts: [...new Set(allowedHosts)],
    trustedProxies: readTrustedProxies(config.TRUSTED_PROXIES),
  };
}

/** Guessing shall take longer than anybody has: of letters and digits alone, 16 are 95 bits. */
const minTokenChars = 16;

function checkTokens(config: z.infer<typeof schema>): void {
  const { HOST, API_TOKEN, READ_TOKEN } = config;
  if (READ_TOKEN && !API_TOKEN) {
    throw new ConfigError("READ_TOKEN is set without API_TOKEN: everybody could write. Set API_TOKEN too.");
  }
  if (READ_TOKEN && READ_TOKEN === API_TOKEN) {
    throw new ConfigError(
      "READ_TOKEN is the same as API_TOKEN: it would let its bearers write. Set another.",
    );
  }
  // A proxy brings people from elsewhere to a loopback address.
  const reach = !isLoopback(HOST)
    ? `HOST=${HOST}`
    : config.TRUSTED_PROXIES !== ""
      ? "TRUSTED_PROXIES"
      : undefined;
  for (const [name, value] of Object.entries({ API_TOKEN, READ_TOKEN })) {
    if (reach === undefined || value === undefined || value.length >= minTokenChars) continue;
    throw new ConfigError(
      `${name} has fewer than ${minTokenChars} characters, and other machines can reach Jiva (${reach}). ` +
        "Make one with: openssl rand -hex 24",
    );
  }
}

/** Not to be shown where it is wrong. */
function isSecret(name: string): boolean {
  return /TOKEN|PASSWORD/.test(name);
}

function readTrustedProxies(text: string): BlockList {
  try {
    return parseTrustedProxies(text);
  } catch (error) {
    throw new ConfigError(`TRUSTED_PROXIES=${text} is not possible: ${(error as Error).message}.`);
  }
}

let current: Config | undefined;

/** This process's settings. Throws a ConfigError where one is wrong. */
export function currentConfig(): Config {
  current ??= readConfig(process.env);
  return current;
}
