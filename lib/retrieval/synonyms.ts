import { at } from "@/lib/base/checked";
import { stem } from "@/lib/text/stems";

/**
 * General English that tables and questions word differently: each line is one idea. A column "cost_eur" is
 * asked for as a price, and a column "started_at" as a departure. Nothing here belongs to one set of data.
 */
const ideas = `
price cost fare fee charge amount rate tariff
cost spend spent expense expenditure pay paid payment
revenue sales income turnover earnings proceeds earn
salary wage pay income earn
duration length time minutes hours last lasted take took
distance far length travelled kilometres miles range
date day when time
name called title named
kind type category sort class
place location city town area district neighbourhood region zone
country nation state
trip ride journey travel rental hire
bike bicycle cycle
car vehicle automobile
repair fix mend maintenance service overhaul
fault defect problem issue failure malfunction breakdown
start begin began origin depart departure leave left from outgoing
end finish destination arrive arrival return to incoming
open opened launch inaugurate founded established built
buy bought purchase acquire acquired
sell sold sale
count number quantity amount total
elevation height altitude
weight mass
speed pace velocity
size capacity
capacity seats places spaces room
age old
customer client buyer shopper
employee staff worker person
person people who
population people inhabitants residents
score point result rating grade mark
status state condition
order purchase booking
team club squad
film movie
company firm business organisation organization
winner won win champion
position rank place
university college school
email mail address
phone telephone
description text note comment remark
author writer written
manufacturer maker brand make made
year season
temperature warm cold hot
delay late
ended closed
`;

// Past forms that a stemmer leaves apart from their verb.
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bought: "buy",
    sold: "sell",
    paid: "pay",
    spent: "spend",
    rode: "ride",
    ridden: "ride",
    took: "take",
    taken: "take",
    began: "begin",
    begun: "begin",
    made: "make",
    won: "win",
    left: "leave",
    built: "build",
    written: "write",
    wrote: "write",
    broke: "break",
    broken: "break",
    went: "go",
    gone: "go",
    held: "hold",
    driven: "drive",
    drove: "drive",
    given: "give",
    gave: "give",
    grew: "grow",
    fell: "fall",
    ran: "run",
    people: "person",
    children: "child",
    men: "man",
    women: "woman",
    cities: "city",
  }),
);

const lemmasOfIdea: readonly string[][] = ideas
  .trim()
  .split("\n")
  .map((line) => line.split(" ").map(lemma));

const ideasOfStem = new Map<string, Set<number>>();
for (const [idea, lemmas] of lemmasOfIdea.entries()) {
  for (const member of lemmas) ideasOfStem.set(member, (ideasOfStem.get(member) ?? new Set()).add(idea));
}

/** The stem of a word's base form: "bought" and "buying" give "buy". */
export function lemma(word: string): string {
  return stem(irregular.get(word) ?? word);
}

/** Lemmas of other words for the same ideas; a word of many ideas has many. */
export function relativesOf(asked: string): readonly string[] {
  const ideasOfAsked = ideasOfStem.get(asked);
  return ideasOfAsked ? [...new Set([...ideasOfAsked].flatMap((idea) => at(lemmasOfIdea, idea)))] : [];
}

const sameIdea = 0.7;

/** How close two lemmas are: 1 the same, 0.7 two words for one idea, 0 otherwise. */
export function closeness(left: string, right: string): number {
  if (left === right) return 1;
  const ideasOfRight = ideasOfStem.get(right);
  for (const idea of ideasOfStem.get(left) ?? []) if (ideasOfRight?.has(idea)) return sameIdea;
  // "departures" and "departed", "operator" and "operation": a long common beginning is one family.
  const shared = Math.min(left.length, right.length);
  return shared >= 6 &&
    left.slice(0, shared - 1) === right.slice(0, shared - 1) &&
    Math.abs(left.length - right.length) <= 3
    ? sameIdea
    : 0;
}
