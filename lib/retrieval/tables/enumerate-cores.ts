import { groupCores } from "./group-cores";
import { aggregateCores, countCores } from "./measure-cores";
import { type Core, type CoreSources, columnsTried } from "./picks";
import { orderedCores, rowCores } from "./row-cores";

/** Everything that the question could ask of the table, without conditions. */
export function enumerateCores(sources: CoreSources): Core[] {
  const picks = sources.mentions.slice(0, columnsTried);
  const cores = [
    ...countCores(sources, picks),
    ...aggregateCores(sources, picks),
    ...orderedCores(sources, picks),
    ...groupCores(sources, picks),
    ...rowCores(sources, picks),
  ];
  return cores.length <= coresTried ? cores : mostPromising(cores);
}

// An ordinary question makes 10 to 60.
const coresTried = 120;

function mostPromising(cores: readonly Core[]): Core[] {
  const promise = ({ claims, score }: Core) => new Set(claims.map(({ word }) => word)).size + score;
  return cores
    .map((core) => ({ core, promise: promise(core) }))
    .sort((a, b) => b.promise - a.promise)
    .slice(0, coresTried)
    .map(({ core }) => core);
}
