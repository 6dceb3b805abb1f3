// What the generator draws from: the stations, models, faults, workshops and passes of the invented town of
// Oskerhaven, and how demand spreads over months and hours. Nothing here is random.

// name, district, docks, opened, elevation m, sheltered, charging, km east, km north, popularity
const STATION_ROWS = [
  ["Harbour Clock", "Old Quay", 36, "2016-05-14", 4, "yes", "yes", 0.0, 0.0, 10],
  ["Ferry Steps", "Old Quay", 22, "2016-05-21", 2, "no", "no", -0.3, -0.2, 6.5],
  ["Lantern Square", "Old Quay", 28, "2016-06-04", 7, "no", "yes", 0.2, 0.4, 13.5],
  ["Customs Arch", "Old Quay", 16, "2016-06-18", 5, "yes", "no", 0.4, -0.1, 4],
  ["Herring Market", "Old Quay", 20, "2017-03-25", 3, "yes", "no", -0.1, 0.3, 5.5],
  ["Chandlers Row", "Old Quay", 12, "2018-04-07", 6, "no", "no", 0.5, 0.2, 2.6],
  ["Pilot House", "Old Quay", 14, "2020-09-12", 3, "no", "no", -0.6, 0.1, 2.4],
  ["Ropewalk Gate", "Ropewalk", 24, "2016-07-02", 11, "no", "yes", 0.7, 0.8, 6],
  ["Weavers Yard", "Ropewalk", 18, "2017-05-13", 14, "yes", "no", 1.0, 1.1, 4.2],
  ["Spindle Lane", "Ropewalk", 10, "2018-06-16", 17, "no", "no", 1.2, 0.8, 1.9],
  ["Needle Bridge", "Ropewalk", 16, "2019-03-30", 9, "no", "no", 0.4, 1.2, 3.6],
  ["Dyers Green", "Ropewalk", 13, "2019-08-24", 15, "no", "no", 0.9, 1.5, 2.3],
  ["Twine Court", "Ropewalk", 8, "2021-10-09", 19, "no", "no", 1.4, 1.2, 1.1],
  ["Potters Cross", "Kilnfield", 17, "2017-09-02", 26, "no", "no", 2.0, 0.5, 3.3],
  ["Brickpond Park", "Kilnfield", 15, "2018-05-05", 22, "no", "no", 2.4, 0.2, 2.7],
  ["Claypit Lane", "Kilnfield", 11, "2019-10-19", 29, "no", "no", 2.6, 0.7, 1.4],
  ["Furnace Hill", "Kilnfield", 12, "2020-06-27", 47, "no", "no", 2.3, 1.1, 1.3],
  ["Kiln Street", "Kilnfield", 19, "2021-04-17", 24, "yes", "yes", 1.8, 0.2, 2.9],
  ["Brackenside School", "Brackenside", 14, "2018-08-25", 52, "yes", "no", 1.4, 2.4, 2.2],
  ["Heron Pool", "Brackenside", 16, "2019-05-18", 44, "no", "no", 1.8, 2.2, 2.5],
  ["Fernleigh Library", "Brackenside", 18, "2019-09-14", 49, "yes", "yes", 1.2, 2.7, 3.1],
  ["Orchard Terrace", "Brackenside", 10, "2021-06-05", 58, "no", "no", 1.7, 2.9, 1.2],
  ["Quarry Top", "Brackenside", 9, "2022-10-01", 83, "no", "no", 2.2, 2.8, 0.8],
  ["Locksend Basin", "Locksend", 25, "2017-06-24", 8, "yes", "yes", -1.1, 1.2, 5.2],
  ["Towpath Corner", "Locksend", 14, "2018-09-22", 9, "no", "no", -0.8, 0.8, 2.8],
  ["Sluice Bridge", "Locksend", 13, "2020-04-25", 10, "no", "no", -1.3, 1.6, 1.8],
  ["Bargemans Rest", "Locksend", 11, "2021-08-14", 12, "no", "no", -1.6, 1.4, 1.5],
  ["Weir View", "Locksend", 10, "2023-05-20", 13, "no", "no", -1.5, 2.0, 1.1],
  ["Gullwing Beach", "Gullwing", 30, "2017-05-27", 5, "no", "yes", -2.1, -0.9, 7.2],
  ["Pier Head", "Gullwing", 21, "2018-06-30", 6, "no", "no", -1.8, -0.7, 4.6],
  ["Bandstand", "Gullwing", 15, "2019-06-08", 8, "yes", "no", -1.6, -0.4, 2.9],
  ["Lido", "Gullwing", 17, "2020-07-11", 4, "no", "no", -2.4, -1.2, 2.6],
  ["Lighthouse Road", "Gullwing", 9, "2022-05-28", 21, "no", "no", -2.9, -1.5, 1.0],
  ["Highmoor Hospital", "Highmoor", 26, "2019-04-27", 76, "yes", "yes", 0.5, 3.4, 4.4],
  ["Windmill Close", "Highmoor", 11, "2021-09-18", 88, "no", "no", 0.9, 3.7, 1.1],
  ["Reservoir Road", "Highmoor", 10, "2022-09-03", 104, "no", "no", 0.2, 4.0, 0.9],
  ["Observatory Hill", "Highmoor", 12, "2023-06-17", 118, "no", "no", 0.7, 4.3, 1.2],
  ["Saltings Halt", "Saltings", 42, "2018-03-24", 7, "yes", "yes", 3.2, -0.7, 8.8],
  ["University Quad", "Saltings", 34, "2018-10-06", 12, "yes", "yes", 3.6, -0.5, 8],
  ["Science Park", "Saltings", 23, "2025-04-02", 9, "no", "yes", 4.1, -1.0, 4.4],
];
export const STATIONS = STATION_ROWS.map((row, i) => {
  const [name, district, docks, opened, elevationM, sheltered, charging, east, north, popularity] = row;
  const id = `S${String(i + 1).padStart(2, "0")}`;
  return { id, name, district, docks, opened, elevationM, sheltered, charging, east, north, popularity };
});

export const MODELS = [
  { model: "Plover 3", kind: "classic", bikes: 82, first: "2019-03-11", last: "2020-05-18", price: 418 },
  { model: "Dunlin 7", kind: "classic", bikes: 68, first: "2021-04-12", last: "2023-03-20", price: 565 },
  { model: "Avocet E1", kind: "electric", bikes: 56, first: "2021-03-15", last: "2022-04-25", price: 1890 },
  { model: "Fulmar E2", kind: "electric", bikes: 70, first: "2023-04-17", last: "2025-03-10", price: 2240 },
  { model: "Eider Cargo", kind: "electric", bikes: 16, first: "2024-03-18", last: "2024-03-18", price: 4980 },
  { model: "Wren Trike", kind: "classic", bikes: 8, first: "2022-05-02", last: "2022-05-02", price: 2650 },
];

// fault, part, share classic, share electric, mean cost €, mean days out, electrical
export const FAULTS = [
  ["flat tyre", "inner tube", 20, 15, 16, 1.4, false],
  ["worn brake pads", "brake pads", 15, 15, 24, 1.6, false],
  ["worn chain", "chain", 13, 11, 38, 2, false],
  ["broken spoke", "spoke", 9, 6, 29, 2.2, false],
  ["bent rim", "rim", 6, 4, 74, 4, false],
  ["loose hub bearing", "hub bearing", 8, 5, 58, 3.5, false],
  ["torn saddle", "saddle", 6, 4, 27, 1.4, false],
  ["lock fault", "frame lock", 8, 7, 66, 3, false],
  ["broken light", "dynamo light", 7, 5, 21, 1.3, false],
  ["battery fault", "battery", 0, 14, 198, 7, true],
  ["motor fault", "hub motor", 0, 7, 164, 8, true],
  ["display fault", "display", 0, 6, 82, 4, true],
].map(([fault, part, classic, electric, cost, days, electrical]) => {
  return { fault, part, classic, electric, cost, days, electrical };
});
export const WORKSHOPS = [
  { workshop: "Kiln Works", people: ["Ruth Halloran", "Davit Melikian", "Priya Sandhu"], weight: 7 },
  { workshop: "Basin Shed", people: ["Lowri Pugh", "Jonas Vek"], weight: 4 },
  { workshop: "Brindle Cycles", people: ["Walter Brindle", "Sal Quennell"], weight: 2.2 },
  { workshop: "Mobile Crew", people: ["Ines Okafor", "Tomas Brandt"], weight: 3.2 },
];
/** How often a model breaks down, against the Plover 3; 0.4 for one that is not listed. */
export const REPAIR_WEIGHT = {
  "Plover 3": 1,
  "Dunlin 7": 0.75,
  "Avocet E1": 2.7,
  "Fulmar E2": 1,
  "Eider Cargo": 1.3,
};

// pass, price €, valid days, included minutes a trip, € a further minute, € for an electric bike, who for
export const PASSES = [
  ["Single Ride", 1.2, 1, 15, 0.12, 0.8, "anyone"],
  ["Day Pass", 6, 1, 30, 0.1, 0.8, "anyone"],
  ["Weekend Pass", 9.5, 3, 45, 0.1, 0.6, "anyone"],
  ["Week Pass", 14, 7, 45, 0.1, 0.6, "anyone"],
  ["Monthly Pass", 19, 30, 45, 0.08, 0.4, "anyone"],
  ["Concession Pass", 45, 365, 60, 0.05, 0, "over 65 or on benefits"],
  ["Student Pass", 79, 365, 30, 0.06, 0.4, "students"],
  ["Annual Pass", 129, 365, 60, 0.06, 0.3, "anyone"],
  ["Family Pass", 189, 365, 60, 0.06, 0.3, "two adults and up to three children"],
].map(([type, price, days, minutes, extra, surcharge, audience]) => {
  return { type, price, days, minutes, extra, surcharge, audience };
});
/** How likely a commuter's trip is made on each pass. */
export const COMMUTE = {
  "Single Ride": 1,
  "Day Pass": 0.3,
  "Weekend Pass": 0,
  "Week Pass": 0.8,
  "Monthly Pass": 5,
  "Concession Pass": 1.1,
  "Student Pass": 4.2,
  "Annual Pass": 7,
  "Family Pass": 0.9,
};
/** The same for every other trip. */
export const LEISURE = {
  "Single Ride": 5,
  "Day Pass": 4.5,
  "Weekend Pass": 2.6,
  "Week Pass": 2,
  "Monthly Pass": 2,
  "Concession Pass": 1.6,
  "Student Pass": 2,
  "Annual Pass": 2.8,
  "Family Pass": 2.2,
};

export const MONTH_WEIGHT = [0.52, 0.56, 0.8, 0.98, 1.2, 1.36, 1.48, 1.42, 1.2, 0.98, 0.68, 0.46];
export const WEEKDAY_HOUR = [
  0, 0, 0, 0, 0, 0.3, 1.4, 4.2, 6.5, 3, 1.8, 2, 2.8, 2.4, 2, 2.6, 4.8, 6.8, 5, 3, 2, 1.4, 0.9, 0.4,
];
export const WEEKEND_HOUR = [
  0.3, 0, 0, 0, 0, 0, 0.2, 0.6, 1.4, 2.8, 4.6, 5.6, 5.8, 5.6, 5.4, 5.2, 4.6, 3.8, 3, 2.2, 1.5, 1.1, 0.8, 0.5,
];
