"use client";

import { useRouter } from "next/navigation";
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatMoment } from "@/components/ui/moment-format";
import { pages } from "@/lib/api/paths";
import type { RunSummary } from "@/lib/api/runs";
import { formatDuration } from "@/lib/base/time";

interface Point {
  readonly runId: string;
  readonly label: string;
  readonly startedMs: number;
  readonly durationMs: number;
}

const tick = { fill: "var(--muted)", fontSize: 11 };

/** Durations of the listed runs over time. Errors are triangles; a point opens its run. */
export default function RunsChart({ runs }: { readonly runs: readonly RunSummary[] }) {
  const router = useRouter();
  const open = (point: unknown) => {
    const runId = pointOf(point)?.runId;
    if (runId) router.push(pages.run(runId));
  };
  const series = (status: RunSummary["status"]) =>
    runs.filter((run) => run.status === status).map(runToPoint);
  const moments = runs.map((run) => Date.parse(run.started_at));
  const spanMs = Math.max(...moments) - Math.min(...moments);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={{ top: 6, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--grid)" vertical={false} />
        <XAxis
          dataKey="startedMs"
          type="number"
          domain={["dataMin", "dataMax"]}
          tickFormatter={(ms: number) => formatTick(ms, spanMs)}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
          height={20}
          minTickGap={60}
        />
        <YAxis
          dataKey="durationMs"
          type="number"
          // One slow run must not press all others onto the axis, and a logarithm has no place for 0.
          scale="sqrt"
          domain={[0, "auto"]}
          tickFormatter={(ms: number) => formatDurationTick(ms)}
          tick={tick}
          tickLine={false}
          axisLine={false}
          tickCount={3}
          width={56}
        />
        <Tooltip
          cursor={false}
          isAnimationActive={false}
          content={({ payload }) => <PointTip point={pointOf(payload?.[0])} />}
        />
        <Scatter
          data={series("ok")}
          shape="circle"
          fill="var(--bar)"
          fillOpacity={0.75}
          isAnimationActive={false}
          onClick={open}
          cursor="pointer"
        />
        <Scatter
          data={series("error")}
          shape="triangle"
          fill="var(--error)"
          isAnimationActive={false}
          onClick={open}
          cursor="pointer"
        />
      </ScatterChart>
    </ResponsiveContainer>
  );
}

function runToPoint(run: RunSummary): Point {
  return {
    runId: run.run_id,
    label: run.question || run.name || run.run_id,
    startedMs: Date.parse(run.started_at),
    durationMs: run.duration_ms,
  };
}

/** The run's point behind what the chart hands to its handlers, which it leaves untyped. */
function pointOf(event: unknown): Point | undefined {
  const payload = (event as { payload?: Partial<Point> } | undefined)?.payload;
  return typeof payload?.runId === "string" ? (payload as Point) : undefined;
}

function PointTip({ point }: { readonly point: Point | undefined }) {
  if (!point) return null;
  return (
    <div className="max-w-72 rounded-md border border-line bg-panel px-2.5 py-1.5 text-xs shadow-sm">
      <p className="line-clamp-2">{point.label}</p>
      <p className="mt-0.5 text-muted tabular-nums">
        {formatDuration(point.durationMs * 1e6)}, {formatMoment(point.startedMs)}
      </p>
    </div>
  );
}

/** A moment on the axis as the stretch of time needs it: a day, a minute or a second. */
function formatTick(ms: number, spanMs: number): string {
  const date = new Date(ms);
  const day = spanMs > 43_200_000 ? ({ month: "short", day: "numeric" } as const) : {};
  if (spanMs > 7 * 86_400_000) return date.toLocaleDateString("en", day);
  const second = spanMs < 600_000 ? ({ second: "2-digit" } as const) : {};
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...second } as const;
  return date.toLocaleString("en", { ...day, ...time });
}

/** A duration without zeros that say nothing, on one line. */
function formatDurationTick(ms: number): string {
  const [value, unit] = formatDuration(ms * 1e6).split(" ");
  return `${Number(value)}\u00a0${unit}`;
}
