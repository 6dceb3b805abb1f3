import { createMemoryTable } from "./memory-table";
import type { IndexedPassage } from "./passage-index";

/** A small world of its own for tests: a lending library's branches, books and loans, and its rules. */
export const libraryTables = [
  createMemoryTable(
    "branches",
    ["branch_id", "name", "town", "seats", "opened", "has_cafe", "rent_eur"],
    [
      ["L1", "Mill Lane", "Aston", "40", "1998-03-01", "yes", "900"],
      ["L2", "High Street", "Aston", "85", "2011-09-12", "no", "2100.50"],
      ["L3", "Lakeside", "Brigg", "22", "2020-06-30", "yes", "640"],
      ["L4", "Old Mint", "Corve", "85", "2004-01-15", "no", "1200"],
    ],
  ),
  createMemoryTable(
    "loans",
    ["loan_id", "lent_at", "from_branch", "to_branch", "genre", "librarian", "duration_days", "fee_eur"],
    [
      ["A1", "2024-01-05 10:00", "Mill Lane", "Mill Lane", "crime", "Ann Lee", "7", "0"],
      ["A2", "2024-02-11 11:30", "Mill Lane", "High Street", "crime", "Bo Yu", "21", "1.5"],
      ["A3", "2024-07-19 16:00", "High Street", "Mill Lane", "poetry", "Ann Lee", "14", "0.5"],
      ["A4", "2025-02-02 09:15", "Lakeside", "Lakeside", "crime", "Cy Roe", "28", "3"],
      ["A5", "2025-02-08 12:45", "Mill Lane", "Lakeside", "history", "Ann Lee", "10", "0"],
      ["A6", "2025-11-30 17:20", "High Street", "Mill Lane", "poetry", "Bo Yu", "35", "4.25"],
    ],
  ),
] as const;

const passage = (passageId: string, document: string, heading: string, text: string): IndexedPassage => ({
  passageId,
  dataset: "rules",
  document,
  heading,
  text,
});

export const libraryPassages: readonly IndexedPassage[] = [
  passage(
    "p1",
    "rules.md",
    "Rules › Overdue",
    "A book that is overdue costs 20 cents a day. Nobody pays more than 5 euros for one book. Children never pay.",
  ),
  passage(
    "p2",
    "rules.md",
    "Rules › Cards",
    "A card is valid for two years. It is renewed at the desk without a fee.",
  ),
  passage(
    "p3",
    "mill-lane.md",
    "Mill Lane",
    "The branch stands in a former flour mill. Its roof was mended in May 2019 because rain had come in over the atlases.",
  ),
  passage(
    "p4",
    "high-street.md",
    "High Street",
    "The largest reading room of the town has its own lift. Quiet hours are from two to four.",
  ),
  passage(
    "p5",
    "old-mint.md",
    "Old Mint",
    "Coins were struck here until 1871. The vault holds the map collection, and Dora Quill looks after it.",
  ),
];
