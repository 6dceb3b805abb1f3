import { describe, expect, it } from "vitest";
import { isWhole } from "./definitions";

const head =
  "ATTACH TABLE _ UUID 'f2f00cfc-eaea-4d04-8623-b2959e759aa6'\n(\n    `s` String,\n    `q` Enum8('a)' = 1)\n)\n";

/** As the engine wrote them, each of its kind. */
const definitions = {
  "a MergeTree": `${head}ENGINE = MergeTree\nORDER BY tuple()\nSETTINGS index_granularity = 8192\n`,
  "an engine with a quoted name": `${head}ENGINE = \`Null\`\n`,
  "a view": "ATTACH VIEW _ UUID 'f2f00cfc-eaea-4d04-8623-b2959e759aa6'\n(\n    `1` UInt8\n)\nAS SELECT 1\n",
  "a dictionary": `${head.replace("ATTACH TABLE", "CREATE DICTIONARY")}PRIMARY KEY s\nSOURCE(CLICKHOUSE(TABLE 't'))\nLAYOUT(FLAT())\n`,
};

describe("isWhole", () => {
  it.each(Object.entries(definitions))("takes %s, and no part of it", (_, text) => {
    expect(isWhole(text)).toBe(true);
    const last = text.search(/^(?:ENGINE|AS|PRIMARY)\b/m);
    expect(last).toBeGreaterThan(50);
    for (let end = 0; end <= last; end++) expect(isWhole(text.slice(0, end))).toBe(false);
    expect(isWhole(text.slice(0, -1))).toBe(false);
  });
});
