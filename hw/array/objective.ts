/** What the mapper looks for, and how two mappings compare under it. */
import { ConfigError, didYouMean } from "../../workloads/input/errors.ts";
import { type Counters, type CyclePart, cycleParts } from "./counters.ts";
import type { Hardware } from "./description.ts";
import { accessesOf, type EnergyTable, energyPj } from "./energy.ts";
import type { Mapping } from "./mapping.ts";

/** `balanced` is the least energy among mappings within 1 % of the fewest cycles; `edp` is energy × cycles. */
export const objectives = ["balanced", "cycles", "energy", "edp"] as const;
export type Objective = (typeof objectives)[number];

/** Cycles that `balanced` gives up for energy, as a share of the fewest. */
export const balancedSlack = 0.01;

/** @throws ConfigError for a name that is none. */
export function objectiveNamed(name: string): Objective {
  const found = objectives.find((known) => known === name);
  if (found !== undefined) return found;
  throw new ConfigError(`unknown mapping objective "${name}"${didYouMean(name, objectives)}`);
}

export interface EvaluatedMapping {
  readonly mapping: Mapping;
  /** Counted with the stand-in activations: comparable with each other, not the sample's result. */
  readonly counters: Counters;
  readonly energyPj: number;
}

export function evaluated(
  mapping: Mapping,
  counters: Counters,
  hardware: Hardware,
  energy: EnergyTable,
): EvaluatedMapping {
  return { mapping, counters, energyPj: energyPj(accessesOf(counters, hardware), energy) };
}

/** The mappings, the best first; of equal ones the earlier. */
export function sortedBy(objective: Objective, mappings: readonly EvaluatedMapping[]): EvaluatedMapping[] {
  const fewest = mappings.reduce((least, { counters }) => Math.min(least, counters.cycles), Infinity);
  const keys = new Map(mappings.map((each) => [each, keyOf(objective, each, fewest)]));
  return [...mappings].sort((a, b) => compare(keys.get(a) ?? [], keys.get(b) ?? []));
}

/** What is compared, the most important first. */
function keyOf(objective: Objective, { counters, energyPj }: EvaluatedMapping, fewest: number): number[] {
  const { cycles } = counters;
  switch (objective) {
    case "cycles":
      return [cycles, energyPj];
    case "energy":
      return [energyPj, cycles];
    case "edp":
      return [energyPj * cycles, cycles];
    case "balanced":
      return cycles <= fewest * (1 + balancedSlack) ? [0, energyPj, cycles] : [1, cycles, energyPj];
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}

const partNames: Readonly<Record<CyclePart, string>> = {
  compute: "more work (uneven MAC pairs or empty columns)",
  imbalance: "worse balance",
  drain: "more partial sums drained",
  fill: "more pipeline fills",
  spadLoad: "more weight SPad loading",
  port: "waits for buffer ports",
  load: "waits for loads",
  store: "waits for stores",
  prologue: "a longer first load",
};

/** What a mapping costs against the chosen one, e.g. `+4.2 % cycles: worse balance (+1034); -2.0 % energy`. */
export function lossOf(other: EvaluatedMapping, best: EvaluatedMapping): string {
  const cycles = 100 * (other.counters.cycles / best.counters.cycles - 1);
  const energy = 100 * (other.energyPj / best.energyPj - 1);
  if (cycles === 0 && energy === 0) return "the same cycles and energy, ranked later";
  return `${cyclesLost(cycles, other, best)}; ${signed(energy)} % energy`;
}

function cyclesLost(percent: number, other: EvaluatedMapping, best: EvaluatedMapping): string {
  if (percent <= 0) return `${signed(percent)} % cycles`;
  const extra = (part: CyclePart) => other.counters[part] - best.counters[part];
  const largest = cycleParts.reduce((a, b) => (extra(b) > extra(a) ? b : a));
  return `${signed(percent)} % cycles: ${partNames[largest]} (+${extra(largest)})`;
}

function signed(percent: number): string {
  return `${percent > 0 ? "+" : ""}${percent.toFixed(1)}`;
}
