import { isNamed } from "@/lib/base/named-errors";
import { ConfigError } from "./config";
import { startServices } from "./services";

/** Starts the app's services. A wrong setting ends the process with one line that names the variable. */
export function start(): void {
  try {
    startServices();
  } catch (error) {
    console.error(isNamed(error, ConfigError) ? error.message : error);
    process.exit(1);
  }
}
