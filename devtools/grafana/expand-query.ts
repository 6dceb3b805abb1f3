/**
 * What Grafana and its ClickHouse plugin make of a panel's SQL before ClickHouse gets it: variables first, in the
 * browser, then macros, in the plugin. For tests, and only what the dashboards use: anything else is an error.
 */
export interface Surroundings {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
}

export function expandQuery(sql: string, surroundings: Surroundings): string {
  return expandMacros(expandVariables(sql, surroundings), surroundings);
}

function expandVariables(sql: string, { variables }: Surroundings): string {
  return sql.replace(/\$\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string | undefined) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The dashboard has no variable ${name}.`);
    if (format !== "percentencode") throw new Error(`The format ${format} is not safe in SQL.`);
    return encodeURIComponent(value).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  });
}

function expandMacros(sql: string, { fromMs, toMs, intervalSeconds }: Surroundings): string {
  const second = (ms: number) => `toDateTime(${Math.floor(ms / 1_000)})`;
  return sql.replace(/\$__(\w+)(?:\(([^)]*)\))?/g, (_, name: string, argument: string | undefined) => {
    if (name === "interval_s") return `${intervalSeconds}`;
    if (argument === undefined) throw new Error(`$__${name} takes a column.`);
    if (name === "timeFilter") return `${argument} >= ${second(fromMs)} AND ${argument} <= ${second(toMs)}`;
    if (name === "timeInterval") {
      return `toStartOfInterval(toDateTime(${argument}), INTERVAL ${intervalSeconds} second)`;
    }
    throw new Error(`There is no macro $__${name}.`);
  });
}
