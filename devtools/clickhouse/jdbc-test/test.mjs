// @ts-check
/** `npm run test:jdbc`: the part of `npm run test:clients` that reads traces through ClickHouse's JDBC driver. */
import { runSuite } from "../../suites/run-suite.mjs";
import { testJdbc } from "./jdbc.mjs";

await runSuite("test:jdbc", testJdbc);
