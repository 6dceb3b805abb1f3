import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const read = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");

type Row = Record<string, string>;

function delimitedToRows(text: string, separator: string): Row[] {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const names = header.split(separator);
  return lines.map((line) => {
    const cells = line.split(separator);
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

function linesToRows(text: string): Row[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) =>
      Object.fromEntries(
        Object.entries(JSON.parse(line) as Record<string, string | number>).map(([name, value]) => [
          name,
          String(value),
        ]),
      ),
    );
}

const stations = delimitedToRows(read("tables", "stations.csv"), ",");
const bikes = delimitedToRows(read("tables", "bikes.csv"), ",");
const trips = delimitedToRows(read("tables", "trips.csv"), ",");
const passes = delimitedToRows(read("tables", "passes.tsv"), "\t");
const repairs = linesToRows(read("tables", "repairs.ndjson"));

const documents = new Map(
  readdirSync(join(folder, "documents")).map((name) => [name, read("documents", name)]),
);
const paragraphsOf = (text: string) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter((paragraph) => !paragraph.startsWith("#") && paragraph.split(" ").length >= 40);

const wordsOf = (text: string) => text.toLowerCase().match(/[a-z]+/g) ?? [];

const cell = (row: Row | undefined, name: string) => row?.[name] ?? "";
const numberIn = (row: Row | undefined, name: string) => Number(cell(row, name));
const sum = (rows: readonly Row[], name: string) =>
  rows.reduce((total, row) => total + numberIn(row, name), 0);
const by = (rows: readonly Row[], name: string) => new Map(rows.map((row) => [cell(row, name), row]));
const most = (rows: readonly Row[], name: string) =>
  rows.toSorted((a, b) => numberIn(b, name) - numberIn(a, name));
const addDays = (date: string, days: number) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

/** Values of a column with their number of rows, most frequent first. */
function frequencies(rows: readonly Row[], name: string) {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(cell(row, name), (counts.get(cell(row, name)) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

describe("the sample tables", () => {
  it("are what the generator writes", () => {
    const made = mkdtempSync(join(tmpdir(), "sample-"));
    try {
      execFileSync(process.execPath, [join(folder, "generate.mjs"), made]);
      expect(readdirSync(made).toSorted()).toEqual(readdirSync(join(folder, "tables")).toSorted());
      for (const name of readdirSync(made)) {
        expect(readFileSync(join(made, name), "utf8") === read("tables", name), name).toBe(true);
      }
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  });

  it("hold one year of one operator", () => {
    expect([stations, bikes, trips, repairs, passes].map((rows) => rows.length)).toEqual([
      40, 300, 2300, 640, 9,
    ]);
  });

  it("refer only to rows that exist", () => {
    const stationOf = by(stations, "name");
    const bikeOf = by(bikes, "bike_id");
    const passOf = by(passes, "pass_type");
    const missing = [
      ...bikes.filter((bike) => !stationOf.has(cell(bike, "home_station"))),
      ...trips.filter((trip) => !stationOf.has(cell(trip, "from_station"))),
      ...trips.filter((trip) => !stationOf.has(cell(trip, "to_station"))),
      ...trips.filter((trip) => cell(bikeOf.get(cell(trip, "bike_id")), "kind") !== cell(trip, "bike_kind")),
      ...trips.filter((trip) => !passOf.has(cell(trip, "pass_type"))),
      ...repairs.filter(
        (repair) => cell(bikeOf.get(cell(repair, "bike_id")), "model") !== cell(repair, "model"),
      ),
    ];
    expect(missing).toEqual([]);
  });

  it("charge what the pass says, at a speed that a bicycle has", () => {
    const passOf = by(passes, "pass_type");
    for (const trip of trips) {
      const pass = passOf.get(cell(trip, "pass_type"));
      const further = Math.max(0, numberIn(trip, "duration_min") - numberIn(pass, "included_minutes"));
      const fare =
        (cell(trip, "pass_type") === "Single Ride" ? numberIn(pass, "price_eur") : 0) +
        (cell(trip, "bike_kind") === "electric" ? numberIn(pass, "electric_surcharge_eur") : 0) +
        further * numberIn(pass, "extra_minute_eur");
      expect(numberIn(trip, "fare_eur"), cell(trip, "trip_id")).toBeCloseTo(fare, 2);
      expect(
        (numberIn(trip, "distance_km") / numberIn(trip, "duration_min")) * 60,
        cell(trip, "trip_id"),
      ).toBeLessThan(25);
    }
  });

  it("let nobody ride a bike in a workshop, before it was bought, or from a station that is not open", () => {
    const opened = by(stations, "name");
    const bikeOf = by(bikes, "bike_id");
    for (const trip of trips) {
      const day = cell(trip, "started_at").slice(0, 10);
      const bike = cell(trip, "bike_id");
      expect(cell(opened.get(cell(trip, "from_station")), "opened") <= day, cell(trip, "trip_id")).toBe(true);
      expect(cell(opened.get(cell(trip, "to_station")), "opened") <= day, cell(trip, "trip_id")).toBe(true);
      expect(cell(bikeOf.get(bike), "bought") < day, cell(trip, "trip_id")).toBe(true);
      const out = repairs.find(
        (repair) =>
          cell(repair, "bike_id") === bike &&
          cell(repair, "date") <= day &&
          day < addDays(cell(repair, "date"), numberIn(repair, "days_out")),
      );
      expect(out, cell(trip, "trip_id")).toBeUndefined();
    }
  });

  it("know where the bikes in repair are", () => {
    const stillOut = repairs.filter(
      (repair) => addDays(cell(repair, "date"), numberIn(repair, "days_out")) > "2025-12-31",
    );
    const inRepair = bikes.filter((bike) => cell(bike, "status") === "in repair");
    expect(stillOut.map((repair) => cell(repair, "bike_id")).toSorted()).toEqual(
      inRepair.map((bike) => cell(bike, "bike_id")).toSorted(),
    );
  });
});

describe("the sample documents", () => {
  it("are at least 30 with at least 300 passages, none of them twice", () => {
    const paragraphs = [...documents.values()].flatMap(paragraphsOf);
    expect(documents.size).toBeGreaterThanOrEqual(30);
    expect(paragraphs.length).toBeGreaterThanOrEqual(300);
    expect(new Set(paragraphs).size).toBe(paragraphs.length);
  });

  it("speak of every station, model, workshop, technician and pass of the tables", () => {
    const all = [...documents.values()].join("\n").replace(/\s+/g, " ");
    const names = [
      ...stations.map((row) => cell(row, "name")),
      ...bikes.map((row) => cell(row, "model")),
      ...repairs.map((row) => cell(row, "workshop")),
      ...repairs.map((row) => cell(row, "technician")),
      ...passes.map((row) => cell(row, "pass_type")),
    ];
    expect([...new Set(names)].filter((name) => !all.includes(name))).toEqual([]);
  });
});

describe("the sample questions", () => {
  const questions = JSON.parse(read("questions.json")) as {
    question: string;
    mode: string;
    expect: { values?: string[]; document?: string; contains?: string };
  }[];

  const repairsPer = (name: string) => frequencies(repairs, name).map(([value]) => value);
  const fromLantern = trips.filter((trip) => cell(trip, "from_station") === "Lantern Square");
  /** Each answer by plain computation; a name only when nothing ties with it. */
  const computed: Record<string, string[]> = {
    "How many electric bikes are in service?": [
      String(
        bikes.filter((bike) => cell(bike, "kind") === "electric" && cell(bike, "status") === "in service")
          .length,
      ),
    ],
    "What was the total cost of repairs in 2025?": [
      sum(
        repairs.filter((repair) => cell(repair, "date").startsWith("2025")),
        "cost_eur",
      ).toFixed(2),
    ],
    "What is the average duration of trips from Lantern Square?": [
      (sum(fromLantern, "duration_min") / fromLantern.length).toFixed(1),
    ],
    "Which three stations have the most docks?": most(stations, "docks")
      .slice(0, 3)
      .map((station) => cell(station, "name")),
    "Who sponsors the station with the most docks?": [cell(most(stations, "docks")[0], "name")],
    "Why does the station with the highest elevation lock its docks every night?": [
      cell(most(stations, "elevation_m")[0], "name"),
    ],
    "Who manages the workshop with the most repairs?": repairsPer("workshop").slice(0, 1),
    "What is the service interval of the model with the most repairs?": repairsPer("model").slice(0, 1),
  };

  it("are four of each kind and three to refuse", () => {
    const count = (mode: string) => questions.filter((question) => question.mode === mode).length;
    expect(["structured", "unstructured", "combined", "refused"].map(count)).toEqual([4, 4, 4, 3]);
  });

  it.each(questions.filter((question) => question.expect.values))("$question has these values", (asked) => {
    expect(asked.expect.values).toEqual(computed[asked.question]);
  });

  it.each(questions.filter((question) => question.expect.contains))("$question has its sentence", (asked) => {
    const holding = [...documents].filter(([, text]) =>
      paragraphsOf(text).some((paragraph) => paragraph.includes(asked.expect.contains ?? "")),
    );
    expect(holding.map(([name]) => name)).toEqual([asked.expect.document]);
  });

  it.each(questions.filter((question) => question.mode === "refused"))(
    "$question has no support",
    (asked) => {
      const known = new Set([...documents.values()].flatMap(wordsOf));
      expect(wordsOf(asked.question).filter((word) => !known.has(word)).length).toBeGreaterThanOrEqual(3);
    },
  );
});
