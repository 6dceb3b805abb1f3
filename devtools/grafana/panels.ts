import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { type DynamicConfigValue, PanelBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as TablePanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeseriesPanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** As provisioning/datasources/clickhouse.yaml names it. */
export const datasource = { type: "grafana-clickhouse-datasource", uid: "jiva-clickhouse" };

/** What the ClickHouse plugin makes of the rows, by its own numbers. */
const formats = { timeseries: 0, table: 1, traces: 3 } as const;

/** A query of the ClickHouse plugin. */
export interface ClickHouseTarget extends Dataquery {
  readonly refId: string;
  readonly datasource: typeof datasource;
  readonly editorType: "sql";
  readonly queryType: keyof typeof formats;
  readonly format: number;
  readonly rawSql: string;
}

function query(queryType: keyof typeof formats, rawSql: string): Builder<ClickHouseTarget> {
  return {
    build: () => ({
      refId: "A",
      datasource,
      editorType: "sql",
      queryType,
      format: formats[queryType],
      rawSql: rawSql.trim(),
      // Asked for by the type, dropped by JSON.
      _implementsDataqueryVariant: () => {},
    }),
  };
}

interface PanelOptions {
  readonly title: string;
  readonly description?: string;
  readonly sql: string;
  /** Of the 24 columns of the grid. */
  readonly width: number;
  /** In rows of the grid, 30 pixels each. */
  readonly height: number;
}

interface TableOptions extends PanelOptions {
  /** How single columns look. */
  readonly columns?: Readonly<Record<string, readonly DynamicConfigValue[]>>;
}

export function tablePanel({ title, description = "", sql, width, height, columns = {} }: TableOptions) {
  const panel = new TablePanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .withTarget(query("table", sql))
    .span(width)
    .height(height)
    .filterable(true);
  for (const [name, properties] of Object.entries(columns)) panel.overrideByName(name, [...properties]);
  return panel;
}

interface TimeOptions extends PanelOptions {
  readonly unit: string;
}

export function timePanel({ title, description = "", sql, width, height, unit }: TimeOptions) {
  return new TimeseriesPanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .withTarget(query("timeseries", sql))
    .span(width)
    .height(height)
    .unit(unit)
    .min(0);
}

/** Grafana's trace view, which the SDK has no builder of. */
export function tracesPanel({ title, description = "", sql, width, height }: PanelOptions) {
  return new PanelBuilder()
    .type("traces")
    .title(title)
    .description(description)
    .datasource(datasource)
    .withTarget(query("traces", sql))
    .span(width)
    .height(height);
}

export const milliseconds = [{ id: "unit", value: "ms" }] as const;
export const share = [
  { id: "unit", value: "percentunit" },
  { id: "decimals", value: 1 },
] as const;
/** Errors are marked by colour and by a word. */
export const status = [
  { id: "custom.cellOptions", value: { type: "color-text" } },
  {
    id: "mappings",
    value: [
      { type: "value", options: { ok: { color: "green", index: 0 }, error: { color: "red", index: 1 } } },
    ],
  },
] as const;
/** Makes a run id open its run. */
export const runLink = [
  {
    id: "links",
    value: [
      {
        title: "Open the run",
        url: `/d/jiva-run/run?var-run_id=\${__value.raw:percentencode}&\${__url_time_range}`,
      },
    ],
  },
] as const;
