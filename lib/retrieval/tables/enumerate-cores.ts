import { groupCores } from "./group-cores";
import { aggregateCores, countCores } from "./measure-cores";
import { type Core, type CoreSources, columnsTried } from "./picks";
import { orderedCores, rowCores } from "./row-cores";

/** Everything that the question could ask of the table, without conditions. */
export function enumerateCores(sources: CoreSources): Core[] {
  const picks = sources.mentions.slice(0, columnsTried);
  return [
    ...countCores(sources, picks),
    ...aggregateCores(sources, picks),
    ...orderedCores(sources, picks),
    ...groupCores(sources, picks),
    ...rowCores(sources, picks),
  ];
}
