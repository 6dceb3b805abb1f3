import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import next from "next";
import { createDoor } from "@/lib/door/door";
import { ConfigError, currentConfig } from "./config";
import { visitorOf } from "./http/access";
import { services } from "./running";

/**
 * The program of the app: one process with the door in front of Next. `npm start`, `npm run dev`, the tests and
 * the image run its bundle (dist/server.mjs); NODE_ENV=development serves the sources as they are.
 */

// Whoever started this by IPC has gone. Until the services have hooks of their own (lib/telemetry/shutdown.ts)
// there is nothing to store; from then on process.exit waits for them.
process.once("disconnect", () => process.exit());

async function serve(): Promise<void> {
  const isDev = process.env.NODE_ENV === "development";
  // Next listens for upgrades on the server that it is given, behind the door's back. This one hears what the door
  // lets through.
  const upgrades = new EventEmitter();
  const app = next({
    dev: isDev,
    dir: process.cwd(),
    ...(process.env.HOST && { hostname: process.env.HOST }),
    ...(process.env.PORT && { port: Number(process.env.PORT) }),
    httpServer: upgrades as Server,
  });
  // Reads .env files, and calls instrumentation.ts, which starts the services and refuses wrong settings.
  await app.prepare();
  const handle = app.getRequestHandler();
  const config = currentConfig();
  const server = createDoor({
    allowedHosts: config.allowedHosts,
    trustedProxies: config.trustedProxies,
    isDev,
    isSignedIn: async (headers) => (await visitorOf(services(), headers)) !== undefined,
    handle: (request, response) => handle(request, response),
    ...(isDev && {
      upgrade: (request, socket, head) => void upgrades.emit("upgrade", request, socket, head),
    }),
  });
  server.once("error", stop);
  server.listen(config.PORT, config.HOST);
}

function stop(error: unknown): void {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

serve().catch(stop);
