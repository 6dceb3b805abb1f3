import { int32At } from "@/lib/base/checked";
import { childrenOf, type Flame } from "@/lib/gantt/flame";

/**
 * Where a key leads from the active frame, within what is zoomed into: down to the widest child, up to the
 * parent, left and right among siblings. Undefined for keys that mean nothing here.
 */
export function flameKeyTarget(flame: Flame, zoom: number, active: number, key: string): number | undefined {
  const moves = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"];
  if (!moves.includes(key)) return undefined;
  // The first key shows where one is.
  if (active < 0) return Math.max(0, zoom);
  if (key === "ArrowDown") return int32At(flame.size, active) > 1 ? active + 1 : active;
  const parent = int32At(flame.parent, active);
  if (key === "ArrowUp") return active === zoom || parent < 0 ? active : parent;
  if (active === zoom) return active;
  const siblings = childrenOf(flame, parent);
  const at = siblings.indexOf(active);
  if (key === "Home") return siblings[0] ?? active;
  if (key === "End") return siblings.at(-1) ?? active;
  return siblings[at + (key === "ArrowRight" ? 1 : -1)] ?? active;
}
