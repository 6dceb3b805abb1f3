import { startServices } from "./services";

/** Starts the app's services. A wrong setting ends the process with one line that names the variable. */
export function start(): void {
  try {
    startServices();
  } catch (error) {
    console.error(error instanceof Error && error.name === "ConfigError" ? error.message : error);
    process.exit(1);
  }
}
