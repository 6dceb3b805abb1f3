import {
  type Dashboard,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  datasource,
  milliseconds,
  runLink,
  share,
  status,
  tablePanel,
  timePanel,
  tracesPanel,
} from "./panels";
import * as sql from "./queries";

/** The dashboards, by the name of their file below dashboards/. */
export function buildDashboards(): Readonly<Record<string, Dashboard>> {
  return { runs: runs(), run: run(), service: service() };
}

function runs(): Dashboard {
  return dashboard("jiva-runs", "Runs", "now-24h")
    .withVariable(
      queryVariable("service", "Service", sql.serviceChoices).includeAll(true).allValue(sql.allServices),
    )
    .withVariable(new TextBoxVariableBuilder("search").label("Search"))
    .withPanel(timePanel({ title: "Runs", sql: sql.runsPerInterval, width: 24, height: 6, unit: "short" }))
    .withPanel(
      tablePanel({
        title: "All traces",
        description: "The newest 500 runs that began within the chosen time. A run id opens the run.",
        sql: sql.runsTable,
        width: 24,
        height: 20,
        columns: { run_id: runLink, duration: milliseconds, status },
      }),
    )
    .build();
}

function run(): Dashboard {
  return dashboard("jiva-run", "Run", "now-24h")
    .withVariable(
      queryVariable("run_id", "Run", sql.runChoices)
        .description("The newest of the chosen time, or any run id or trace id that is typed here.")
        .allowCustomValue(true),
    )
    .withVariable(
      queryVariable("trace_id", "Trace", sql.traceChoices).description("A run can have several traces."),
    )
    .withPanel(
      tablePanel({
        title: "Run",
        sql: sql.runSummary,
        width: 24,
        height: 4,
        columns: { duration: milliseconds, status },
      }),
    )
    .withPanel(tracesPanel({ title: "Timeline", sql: sql.gantt, width: 24, height: 18 }))
    .withPanel(
      tablePanel({
        title: "Stages",
        description: "What hangs directly below the root, with its share of the root's time.",
        sql: sql.stages,
        width: 12,
        height: 8,
        columns: { begins: milliseconds, duration: milliseconds, share, status },
      }),
    )
    .withPanel(tablePanel({ title: "Errors", sql: sql.errorsOfRun, width: 12, height: 8 }))
    .withPanel(
      tablePanel({
        title: "SQL",
        sql: sql.sqlOfRun,
        width: 24,
        height: 8,
        columns: { duration: milliseconds, status },
      }),
    )
    .build();
}

function service(): Dashboard {
  return dashboard("jiva-service", "Service", "now-6h")
    .withVariable(queryVariable("service", "Service", sql.serviceChoices))
    .withPanel(timePanel({ title: "Spans a second", sql: sql.spanRate, width: 8, height: 8, unit: "short" }))
    .withPanel(timePanel({ title: "Errors", sql: sql.errorShare, width: 8, height: 8, unit: "percentunit" }))
    .withPanel(
      timePanel({
        title: "Duration, 95th percentile",
        sql: sql.durationP95,
        width: 8,
        height: 8,
        unit: "ms",
      }),
    )
    .withPanel(
      tablePanel({
        title: "By span name",
        sql: sql.spanNames,
        width: 24,
        height: 10,
        columns: {
          error_share: share,
          p50: milliseconds,
          p95: milliseconds,
          p99: milliseconds,
          longest: milliseconds,
        },
      }),
    )
    .withPanel(
      tablePanel({
        title: "Slowest runs",
        sql: sql.slowestRuns,
        width: 24,
        height: 10,
        columns: { run_id: runLink, duration: milliseconds, status },
      }),
    )
    .build();
}

function dashboard(uid: string, title: string, from: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .tags(["jiva"])
    .readonly()
    .timezone("browser")
    .time({ from, to: "now" })
    .link(new DashboardLinkBuilder("Jiva").type(DashboardLinkType.Dashboards).tags(["jiva"]).keepTime(true));
}

function queryVariable(name: string, label: string, rawSql: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ editorType: "sql", queryType: "table", rawSql: rawSql.trim() })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled);
}
