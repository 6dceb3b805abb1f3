// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { attributeNames } from "@/lib/trace/names";
import type { Attribute, Span } from "@/lib/trace/span";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { Gantt } from "../gantt";

const family: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 1_000_000 },
  { id: 2, parent: 1, name: "plan", duration: 100_000, work: 1 },
  { id: 3, parent: 2, name: "chat", start: 10_000, duration: 50_000, work: 7, error: true },
  { id: 4, parent: 1, name: "answer", start: 200_000, duration: 300_000, work: 5 },
  ...Array.from({ length: 8 }, (_, i) => ({
    id: 10 + i,
    parent: 4,
    name: `page ${i}`,
    start: 200_000 + i,
    duration: 100 + i,
  })),
];
const columns = spansToColumns(family);
const runs = [{ runId: "r", title: "Why?", columns }];

const texts = (values: Readonly<Record<string, string>>): Attribute[] =>
  Object.entries(values).map(([key, value]) => ({ key, value, type: "string" }));

function spanOf(changes: Partial<Span> = {}): Span {
  return {
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: "0000000000000001",
    parentSpanId: "",
    traceState: "",
    name: "ask",
    kind: "Client",
    serviceName: "service",
    scopeName: "scope",
    scopeVersion: "1",
    startNs: columns.startNs,
    durationNs: nanoseconds(1_000_000n),
    status: "Ok",
    statusMessage: "",
    attributes: [],
    resource: [],
    events: [],
    links: [],
    ...changes,
  };
}

const details = () => screen.getByRole("complementary", { name: "Details of the selected span" });
const findBox = () => screen.getByRole<HTMLInputElement>("textbox", { name: /Find spans/ });

/** The details of a span of the family, with its attributes loaded. */
async function open(index: number, span: Span, props: { hrefOfTrace?: (traceId: string) => string } = {}) {
  const loadSpan = async () => span;
  render(
    <Gantt
      runs={runs}
      loadSpan={loadSpan}
      initialState={{ startNs: -1e6, endNs: 1e7, selected: { run: 0, span: index } }}
      {...props}
    />,
  );
  await waitFor(() => expect(details().textContent).toContain("Resource"));
}

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("Details", () => {
  it("shows what the columns know before anything has arrived", () => {
    render(
      <Gantt
        runs={runs}
        loadSpan={() => new Promise(() => undefined)}
        initialState={{ startNs: -1e6, endNs: 1e7, selected: { run: 0, span: 1 } }}
      />,
    );
    const text = details().textContent;
    expect(text).toContain("100 µs 10 % of its parent");
    expect(text).toContain("50.0 µs 50 % of it");
    expect(text).toContain("50.0 µs, 5 % of the run's");
    expect(text).toContain("2026-01-01 00:00:00 UTC");
    expect(text).toContain("Reading the span…");
    expect(within(details()).getByRole("button", { name: "ask" })).toBeDefined();
    expect(within(details()).getByRole("button", { name: "chat" })).toBeDefined();
  });

  it("tells why a span cannot be read, and keeps what is known", async () => {
    render(
      <Gantt
        runs={runs}
        loadSpan={() => Promise.reject(new Error("The database is away."))}
        initialState={{ startNs: -1e6, endNs: 1e7, selected: { run: 0, span: 1 } }}
      />,
    );
    await waitFor(() => expect(details().textContent).toContain("The database is away."));
    expect(details().textContent).toContain("100 µs");
  });

  it("leads to the parent and to the longest children", async () => {
    await open(3, spanOf());
    const children = within(details()).getByRole("list");
    expect(
      within(children)
        .getAllByRole("button")
        .map((button) => button.textContent),
    ).toEqual(["page 7", "page 6", "page 5", "page 4", "page 3"]);
    fireEvent.click(within(details()).getByRole("button", { name: "3 more, shorter ones" }));
    expect(within(children).getAllByRole("button")).toHaveLength(8);
    fireEvent.click(within(children).getByRole("button", { name: "page 0" }));
    expect(within(details()).getByRole("heading", { level: 2 }).textContent).toBe("page 0");
  });

  it("reads values by their units, with the raw value at hand", async () => {
    await open(0, spanOf({ attributes: texts({ wait_ms: "1250", "http.response.body.size": "4200" }) }));
    const wait = within(details()).getByText("1.25 s");
    expect(wait.getAttribute("title")).toBe("1250");
    expect(details().textContent).toContain("4.2 kB");
  });

  it("finds the spans that share a value, a name or a path", async () => {
    await open(1, spanOf({ attributes: texts({ 'odd "key"': "a*b" }) }));
    fireEvent.click(within(details()).getByRole("button", { name: 'Filter by odd "key"' }));
    expect(findBox().value).toBe('"odd \\"key\\""="a\\*b"');
    fireEvent.click(within(details()).getByRole("button", { name: "find this name" }));
    expect(findBox().value).toBe('name="plan"');
    fireEvent.click(within(details()).getByRole("button", { name: "find this path" }));
    expect(findBox().value).toBe('path="ask>plan"');
  });

  it("copies a value, a key with its value, and the whole span", async () => {
    const written: string[] = [];
    vi.stubGlobal("isSecureContext", true);
    vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => void written.push(text));
    await open(0, spanOf({ attributes: texts({ wait_ms: "1250" }) }));
    for (const name of ["Copy wait_ms", "Copy wait_ms with its value", "Copy the span as OTLP JSON"]) {
      fireEvent.click(within(details()).getByRole("button", { name }));
    }
    await waitFor(() => expect(written).toHaveLength(3));
    expect(written.slice(0, 2)).toEqual(["1250", "wait_ms=1250"]);
    expect(JSON.parse(written[2] ?? "").resourceSpans[0].scopeSpans[0].spans[0].name).toBe("ask");
    vi.unstubAllGlobals();
  });

  it("has a box to narrow many attributes down", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`key.${i}`, `value ${i}`]));
    await open(0, spanOf({ attributes: texts(many) }));
    fireEvent.change(within(details()).getByRole("textbox", { name: "Narrow the attributes down" }), {
      target: { value: "VALUE 7" },
    });
    expect(
      within(details())
        .getAllByText(/^value \d+$/)
        .map((value) => value.textContent),
    ).toEqual(["value 7"]);
  });

  it("lays out what retrieval planned, asked and found", async () => {
    await open(
      0,
      spanOf({
        attributes: texts({
          [attributeNames.question]: "How many trips?",
          [attributeNames.answer]: "2,300 trips.",
          [attributeNames.answerStatus]: "answered",
          [attributeNames.confidence]: "0.97",
          [attributeNames.plan]: "count of trips",
          [attributeNames.otherPlans]: '["count of bikes"]',
          [attributeNames.sql]: "SELECT count() FROM t WHERE town = {p0:String}",
          [attributeNames.params]: '{"p0":"Aston"}',
          [attributeNames.rows]: '{"columns":["count"],"rows":[[2300]]}',
          [attributeNames.rowCount]: "1",
          [attributeNames.genAiDocuments]:
            '[{"id":"a.1","score":4,"document":"handbook.md","heading":"Tyres","text":"All wheels …"}]',
          [attributeNames.idealScore]: "8",
          "gen_ai.prompt.0.role": "user",
          "gen_ai.prompt.0.content": "Hi",
          "gen_ai.usage.input_tokens": "1200",
          "gen_ai.usage.output_tokens": "34",
        }),
      }),
    );
    const headings = within(details())
      .getAllByRole("heading", { level: 3 })
      .map((heading) => heading.firstChild?.textContent?.trim());
    expect(headings).toEqual([
      "Question",
      "Answer",
      "Plan",
      "SQL",
      "Passages",
      "Prompt",
      "Tokens",
      "Attributes",
      "Resource",
      "Scope",
    ]);
    const text = details().textContent;
    expect(text).toContain("answered, confidence 97 %");
    expect(text).toContain("Also consideredcount of bikes");
    expect(text).toContain("SELECT count()\nFROM t\nWHERE town = {p0:String}");
    expect(within(details()).getByRole("cell", { name: "2300" })).toBeDefined();
    expect(within(details()).getByTitle("4 of 8").textContent).toBe("4.00");
    expect(text).toContain("1,234");
  });

  it("keeps hostile and endless content as text, and bounded", async () => {
    const markup = `</pre></script><img src=x onerror="window.pwned=1">`;
    const long = markup + "x".repeat(300_000);
    await open(
      2,
      spanOf({
        statusMessage: long,
        attributes: texts({ [markup]: long, [attributeNames.sql]: long, [attributeNames.question]: long }),
        events: Array.from({ length: 60 }, () => ({
          timeNs: nanoseconds(columns.startNs + 400n),
          name: markup,
          attributes: texts({ "exception.type": markup, "exception.stacktrace": long }),
        })),
        links: [
          {
            traceId: `javascript:${markup}`,
            spanId: "",
            traceState: "",
            attributes: [],
          },
        ],
      }),
      { hrefOfTrace: (traceId) => `/runs/${traceId}` },
    );
    expect(details().querySelector("img")).toBeNull();
    expect(details().querySelector("a")).toBeNull();
    expect(details().textContent).toContain(markup);
    expect(details().textContent?.length).toBeLessThan(120_000);
    expect(details().textContent).toContain("10 more events are not shown");
    const [showAll] = within(details()).getAllByRole("button", { name: /^Show all 300,0\d\d characters$/ });
    if (!showAll) throw new Error("Nothing can be shown whole.");
    fireEvent.click(showAll);
    expect(
      within(details()).getByRole("button", { name: /characters are not shown; copy has them/ }),
    ).toBeDefined();
  });

  it("tells exceptions with their stack, and where events stand in time", async () => {
    await open(
      2,
      spanOf({
        events: [
          {
            timeNs: nanoseconds(columns.startNs + 2_000n),
            name: "exception",
            attributes: texts({
              "exception.type": "TypeError",
              "exception.message": "x is not a function",
              "exception.stacktrace": "TypeError: x\n    at y (z.js:1:2)",
            }),
          },
          { timeNs: nanoseconds(columns.startNs + 400n), name: "cache.miss", attributes: [] },
        ],
      }),
    );
    const names = within(details())
      .getAllByRole("heading", { level: 4 })
      .map((heading) => heading.textContent);
    expect(names).toEqual(["cache.miss+400 ns", "⚠ exception+2.00 µs"]);
    expect(details().querySelector("pre")?.textContent).toContain("at y (z.js:1:2)");
  });

  it("leads to linked runs where they have an address", async () => {
    const traceId = "a".repeat(32);
    const links = [{ traceId, spanId: "b".repeat(16), traceState: "", attributes: [] }];
    await open(0, spanOf({ links }), { hrefOfTrace: (id) => `/runs/${id}` });
    expect(within(details()).getByRole("link", { name: traceId }).getAttribute("href")).toBe(
      `/runs/${traceId}`,
    );
    cleanup();
    await open(0, spanOf({ links }));
    expect(within(details()).queryByRole("link")).toBeNull();
    expect(details().textContent).toContain(traceId);
  });
});
