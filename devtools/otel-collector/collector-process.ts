import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const configuration = fileURLToPath(new URL("otel-collector-config.yaml", import.meta.url));

/** Opening a long queue takes a second or two. */
const readyMs = 30_000;
const stopMs = 20_000;
/** Of its log this much is kept, for a failure's message. */
const keptLogChars = 8_000;

export interface CollectorOptions {
  readonly program: string;
  /** What otel-collector-config.yaml reads from the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly healthPort: number;
}

/** A Collector with the shipped configuration, on loopback. It stays in the test's process group, to end with it. */
export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #options: CollectorOptions;
  #log = "";

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#child = spawn(options.program, ["--config", configuration], {
      env: environment(options),
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#log = (this.#log + text).slice(-keptLogChars);
    });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves once it takes data; throws with the end of its log where it ends or does not get there. */
  async ready(): Promise<this> {
    const deadline = Date.now() + readyMs;
    while (Date.now() < deadline && !this.hasEnded) {
      if (await answers(`http://127.0.0.1:${this.#options.healthPort}/`)) return this;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.kill();
    throw new Error(`The Collector is not ready:\n${this.#log}`);
  }

  /** As a crash or the machine's memory would: nothing is flushed. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Politely, then by force. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    const timer = setTimeout(() => this.kill(), stopMs);
    this.#child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }
}

/**
 * Runs `otelcol validate` on the shipped configuration: undefined where the program accepts it, else what it
 * says.
 */
export function validateConfiguration(
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["validate", "--config", configuration], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: readyMs,
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0 ? undefined : said));
  });
}

function environment({ env, grpcPort, httpPort, healthPort }: CollectorOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...env,
    OTELCOL_GRPC_PORT: String(grpcPort),
    OTELCOL_HTTP_PORT: String(httpPort),
    OTELCOL_HEALTH_PORT: String(healthPort),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
