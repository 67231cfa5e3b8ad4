/** The bookkeeping of a barrier, at which the PEs wait for the one that finishes last. */
import type { Counters } from "./counters.ts";

/** Cycles of each PE since the last barrier, by what it spent them on. */
export interface PeCycles {
  readonly spadLoad: Float64Array;
  readonly fill: Float64Array;
  readonly walk: Float64Array;
  readonly drain: Float64Array;
}

export function zeroPeCycles(peCount: number): PeCycles {
  const zeros = () => new Float64Array(peCount);
  return { spadLoad: zeros(), fill: zeros(), walk: zeros(), drain: zeros() };
}

/**
 * Adds the cycles of the PE that finishes last to the counters, and clears those of all PEs.
 *
 * @param pesOfArray PEs of the whole array, those without work included; an even distribution of the walking cycles
 *   over them is `compute`, what the last PE walks beyond it is `imbalance`.
 * @returns the cycles of the PE that finishes last.
 */
export function closeBarrier(pes: PeCycles, pesOfArray: number, counters: Counters): number {
  const { walk, drain, fill, spadLoad } = pes;
  let last = 0;
  let lastTotal = -1;
  let walked = 0;
  for (let pe = 0; pe < walk.length; pe++) {
    const total = walk[pe] + drain[pe] + fill[pe] + spadLoad[pe];
    walked += walk[pe];
    if (total > lastTotal) {
      last = pe;
      lastTotal = total;
    }
  }
  const evenly = Math.min(walk[last], Math.ceil(walked / pesOfArray));
  counters.walkPeCycles += walked;
  counters.compute += evenly;
  counters.imbalance += walk[last] - evenly;
  counters.drain += drain[last];
  counters.fill += fill[last];
  counters.spadLoad += spadLoad[last];
  for (const cycles of [walk, drain, fill, spadLoad]) cycles.fill(0);
  return lastTotal;
}
