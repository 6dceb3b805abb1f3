// Writes the sample tables: one year of a small, invented bicycle-sharing operator. Everything random comes
// from one seeded generator, so the same code always writes the same bytes.
//
//   node sample/generate.mjs [folder]      (default: sample/tables)
//
// What hangs together, and is checked by sample.test.ts: a trip starts at a station that is open and on a
// bike that was bought, not yet retired and not in a workshop that day; distances fit durations; a fare is
// what the pass says; a bike that is "in repair" has a repair that runs past the last day of the year.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  COMMUTE,
  FAULTS,
  LEISURE,
  MODELS,
  MONTH_WEIGHT,
  PASSES,
  REPAIR_WEIGHT,
  STATIONS,
  WEEKDAY_HOUR,
  WEEKEND_HOUR,
  WORKSHOPS,
} from "./world.mjs";

const DAY_MS = 86_400_000;
const YEAR_END = "2025-12-31";
const TRIPS = 2300;
const REPAIRS = 640;

/** mulberry32: 32 bits of state are plenty for a few thousand rows. */
let state = 20160514;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const between = (low, high) => low + (high - low) * random();
const wholeBetween = (low, high) => Math.floor(between(low, high + 1));
/** About normal, within ±3: the sum of three uniforms. */
const wobble = () => (random() + random() + random() - 1.5) * 2;

function pick(items, weightOf) {
  const weights = items.map(weightOf);
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < items.length; i++) {
    rest -= weights[i];
    if (rest < 0) return items[i];
  }
  return items[items.length - 1];
}

const dateToDay = (date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS;
const dayToDate = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
const cents = (euros) => (Math.round(euros * 100) / 100).toFixed(2);

function makeBikes() {
  const bikes = [];
  for (const sheet of MODELS) {
    const first = dateToDay(sheet.first);
    const span = dateToDay(sheet.last) - first;
    for (let i = 0; i < sheet.bikes; i++) {
      // Deliveries come in lots of up to 20 bikes; a later lot costs 2 % more.
      const lots = Math.max(1, Math.ceil(sheet.bikes / 20));
      const lot = Math.floor((i * lots) / sheet.bikes);
      const bought = first + (lots > 1 ? Math.round((span * lot) / (lots - 1) / 7) * 7 : 0);
      const years = (dateToDay(YEAR_END) - bought) / 365.25;
      const kmPerYear = (sheet.kind === "electric" ? 2300 : 1650) * (1 + 0.14 * wobble());
      const home = pick(
        STATIONS,
        (s) => (sheet.kind === "electric" && s.charging === "yes" ? 2 : 1) * s.docks,
      );
      bikes.push({
        id: `B${String(bikes.length + 1).padStart(3, "0")}`,
        model: sheet.model,
        kind: sheet.kind,
        bought,
        price: Math.round(sheet.price * 1.02 ** lot),
        home: home.name,
        odometerKm: Math.round(kmPerYear * (sheet.model === "Wren Trike" ? 0.3 : 1) * years),
        status: "in service",
        lastDay: dateToDay(YEAR_END),
      });
    }
  }
  const take = (count, from, status, lastDay) => {
    for (let taken = 0; taken < count; ) {
      const bike = bikes[wholeBetween(from[0], from[1])];
      if (bike.status !== "in service") continue;
      bike.status = status;
      if (lastDay) bike.lastDay = lastDay();
      taken++;
    }
  };
  take(17, [0, 59], "retired", () => dateToDay("2025-01-20") + wholeBetween(0, 300));
  take(6, [40, 275], "missing", () => dateToDay("2025-03-01") + wholeBetween(0, 290));
  take(12, [60, 291], "in repair");
  for (const bike of bikes) {
    // A bike that left the street stopped counting kilometres that day.
    const share = (bike.lastDay - bike.bought) / (dateToDay(YEAR_END) - bike.bought);
    bike.odometerKm = Math.round(bike.odometerKm * share);
  }
  return bikes;
}

function workshopFor(fault) {
  return pick(WORKSHOPS, ({ workshop, weight }) => {
    if (workshop === "Mobile Crew") return fault.days < 1.7 ? weight * 2 : 0;
    if (workshop === "Brindle Cycles") return fault.electrical ? 0 : weight;
    if (workshop === "Basin Shed") return fault.electrical ? weight * 0.3 : weight;
    return weight;
  });
}

function makeRepairs(bikes) {
  const repairs = [];
  const add = (bike, day, daysOut) => {
    // A long stay is a real fault, and only Kiln Works keeps a bike that long.
    const fault = pick(FAULTS, (f) => (daysOut && f.days < 3 ? 0 : f[bike.kind]));
    const { workshop, people } = daysOut ? WORKSHOPS[0] : workshopFor(fault);
    const technician = people[Math.min(people.length - 1, Math.floor(random() ** 1.4 * people.length))];
    const days =
      daysOut ??
      (workshop === "Mobile Crew" ? 1 : Math.max(1, Math.round(fault.days * (1 + 0.3 * wobble()))));
    const outside = workshop === "Brindle Cycles" ? 1.25 : 1;
    const cost = Math.max(6, fault.cost * outside * (1 + 0.2 * wobble()));
    repairs.push({ bike, day, fault, workshop, technician, days, cost });
    bike.out = [...(bike.out ?? []), [day, day + days]];
  };
  for (const bike of bikes.filter((b) => b.status === "in repair")) {
    const daysOut = wholeBetween(6, 12);
    add(bike, dateToDay(YEAR_END) - wholeBetween(1, 5), daysOut);
  }
  const from = dateToDay("2024-01-02");
  while (repairs.length < REPAIRS) {
    const bike = pick(bikes, (b) => REPAIR_WEIGHT[b.model] ?? 0.4);
    const day = wholeBetween(from, dateToDay("2025-12-17"));
    const monthWeight = [0.8, 0.8, 0.9, 1, 1, 1, 1, 1, 1, 1, 0.95, 0.85][
      new Date(day * DAY_MS).getUTCMonth()
    ];
    const weekday = new Date(day * DAY_MS).getUTCDay();
    const tooNew = day < bike.bought + 30 || day > bike.lastDay - 15;
    // Three weeks between two repairs of a bike, so that their days out never meet.
    const tooClose = (bike.out ?? []).some(([start, end]) => day < end + 21 && day + 21 > start);
    if (weekday === 0 || tooNew || tooClose || random() > monthWeight) continue;
    add(bike, day);
  }
  repairs.sort((a, b) => a.day - b.day || a.bike.id.localeCompare(b.bike.id, "en"));
  return repairs;
}

function makeTrips(bikes) {
  const first = dateToDay("2025-01-01");
  const hours = WEEKDAY_HOUR.map((_, hour) => hour);
  const trips = [];
  while (trips.length < TRIPS) {
    const day = first + wholeBetween(0, 364);
    const date = new Date(day * DAY_MS);
    if (random() * 1.5 > MONTH_WEIGHT[date.getUTCMonth()]) continue;
    const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
    if (weekend && random() < 0.12) continue;
    const hour = pick(hours, (h) => (weekend ? WEEKEND_HOUR : WEEKDAY_HOUR)[h]);
    const commute = !weekend && ((hour >= 6 && hour <= 9) || (hour >= 16 && hour <= 18));
    const open = STATIONS.filter((s) => dateToDay(s.opened) <= day);
    const popular = (s) => s.popularity * (s.district === "Gullwing" && commute ? 0.45 : 1);
    const from = pick(open, popular);
    const roundTrip = !commute && random() < 0.05;
    const to = roundTrip
      ? from
      : pick(
          open.filter((s) => s !== from),
          (s) => {
            const km = Math.hypot(s.east - from.east, s.north - from.north);
            // Few people ride 60 m uphill: that is what the rebalancing van is for.
            const climb = Math.max(0, s.elevationM - from.elevationM) / 45;
            return (popular(s) * Math.exp(-km / 2.4) * Math.exp(-climb)) / (1 + Math.exp((0.45 - km) * 6));
          },
        );
    const bike = pick(bikes, (b) => {
      const inWorkshop = (b.out ?? []).some(([start, end]) => day >= start && day < end);
      if (day < b.bought + 7 || day > b.lastDay || inWorkshop) return 0;
      return b.model === "Wren Trike" ? 0.3 : b.kind === "electric" ? 1.35 : 1;
    });
    const straightKm = roundTrip ? between(2.2, 7) : Math.hypot(to.east - from.east, to.north - from.north);
    const detour = commute ? between(1.15, 1.35) : between(1.2, 2.1);
    const km = Math.max(0.4, Math.round(straightKm * (roundTrip ? 1 : detour) * 100) / 100);
    const kmPerHour =
      (bike.kind === "electric" ? 16.2 : 13) * (commute ? 1.06 : 0.88) * (1 + 0.09 * wobble());
    const minutes = Math.max(2, Math.round((km / kmPerHour) * 60 + between(0.6, 2.4)));
    const pass = pick(PASSES, (p) => {
      if (p.type === "Weekend Pass" && ![0, 5, 6].includes(date.getUTCDay())) return 0;
      const campus = p.type === "Student Pass" && from.district === "Saltings" ? 2.5 : 1;
      return (commute ? COMMUTE : LEISURE)[p.type] * campus;
    });
    const single = pass.type === "Single Ride" ? pass.price : 0;
    const surcharge = bike.kind === "electric" ? pass.surcharge : 0;
    const fare = single + surcharge + Math.max(0, minutes - pass.minutes) * pass.extra;
    const started = day * DAY_MS + (hour * 3600 + wholeBetween(0, 3599)) * 1000;
    trips.push({ started, minutes, from, to, bike, pass, km, fare });
  }
  return trips.sort((a, b) => a.started - b.started);
}

/** None of the values holds the separator or a quote; a value that did would be a mistake here. */
function delimited(separator, header, rows) {
  for (const cell of rows.flat()) {
    if (/["\n]/.test(String(cell)) || String(cell).includes(separator))
      throw new Error(`cannot write ${cell}`);
  }
  return [header, ...rows].map((row) => `${row.join(separator)}\n`).join("");
}

const folder = process.argv[2] ?? fileURLToPath(new URL("tables", import.meta.url));
mkdirSync(folder, { recursive: true });
const write = (name, text) => writeFileSync(join(folder, name), text);

const bikes = makeBikes();
const repairs = makeRepairs(bikes);
const trips = makeTrips(bikes);

write(
  "stations.csv",
  delimited(
    ",",
    ["station_id", "name", "district", "docks", "opened", "elevation_m", "sheltered", "charging"],
    STATIONS.map((s) => [s.id, s.name, s.district, s.docks, s.opened, s.elevationM, s.sheltered, s.charging]),
  ),
);
write(
  "bikes.csv",
  delimited(
    ",",
    ["bike_id", "model", "kind", "bought", "price_eur", "home_station", "odometer_km", "status"],
    bikes.map((b) => [b.id, b.model, b.kind, dayToDate(b.bought), b.price, b.home, b.odometerKm, b.status]),
  ),
);
write(
  "trips.csv",
  delimited(
    ",",
    [
      ...["trip_id", "started_at", "duration_min", "from_station", "to_station"],
      ...["bike_id", "bike_kind", "pass_type", "distance_km", "fare_eur"],
    ],
    trips.map((t, i) => [
      `T${String(i + 1).padStart(4, "0")}`,
      new Date(t.started).toISOString().slice(0, 19).replace("T", " "),
      t.minutes,
      t.from.name,
      t.to.name,
      t.bike.id,
      t.bike.kind,
      t.pass.type,
      t.km.toFixed(2),
      cents(t.fare),
    ]),
  ),
);
write(
  "passes.tsv",
  delimited(
    "\t",
    [
      ...["pass_type", "price_eur", "valid_days", "included_minutes"],
      ...["extra_minute_eur", "electric_surcharge_eur", "audience"],
    ],
    PASSES.map((p) => [
      p.type,
      cents(p.price),
      p.days,
      p.minutes,
      cents(p.extra),
      cents(p.surcharge),
      p.audience,
    ]),
  ),
);
write(
  "repairs.ndjson",
  repairs
    .map((r, i) => {
      const row = {
        repair_id: `R${String(i + 1).padStart(4, "0")}`,
        date: dayToDate(r.day),
        bike_id: r.bike.id,
        model: r.bike.model,
        fault: r.fault.fault,
        part: r.fault.part,
        workshop: r.workshop,
        technician: r.technician,
        cost_eur: Number(cents(r.cost)),
        days_out: r.days,
      };
      return `${JSON.stringify(row)}\n`;
    })
    .join(""),
);
