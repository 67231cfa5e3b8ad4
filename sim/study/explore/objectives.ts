/** What arrays are compared by: figures of a point, which end is good, and how they are put on an axis. */
import { ConfigError, didYouMean } from "../../../workloads/input/errors.ts";
import type { ArrayPoint } from "./array-point.ts";

export interface Objective {
  readonly name: ObjectiveName;
  /** For plots and tables, with its unit. */
  readonly title: string;
  readonly best: "least" | "most";
  /** Distances are ratios, or differences where the figure can be 0. */
  readonly scale: "log" | "linear";
  readonly figureOf: (point: ArrayPoint) => number | null;
}

const objectiveNames = [
  "pes",
  "macsPerCycle",
  "sramBytes",
  "area",
  "cycles",
  "energyPj",
  "edp",
  "utilisation",
  "violationRate",
  "antt",
] as const;
type ObjectiveName = (typeof objectiveNames)[number];

type Look = Omit<Objective, "name" | "figureOf">;
const least = { best: "least", scale: "log" } as const;

const looks: Readonly<Record<ObjectiveName, Look>> = {
  pes: { title: "PEs", ...least },
  macsPerCycle: { title: "MACs per cycle", ...least },
  sramBytes: { title: "SRAM, bytes", ...least },
  area: { title: "area, mm²", ...least },
  cycles: { title: "cycles per inference", ...least },
  energyPj: { title: "energy per inference, pJ", ...least },
  edp: { title: "energy × delay, pJ × cycles", ...least },
  utilisation: { title: "utilisation", best: "most", scale: "linear" },
  violationRate: { title: "violation rate", best: "least", scale: "linear" },
  antt: { title: "ANTT", ...least },
};

const objectives: readonly Objective[] = objectiveNames.map((name) => ({
  name,
  ...looks[name],
  figureOf: (point) => point[name] ?? null,
}));

/** Cost, then what it buys. */
export type ObjectivePair = readonly [Objective, Objective];

/** Size against service: area where a table gives it, else PEs; and ANTT. */
export function defaultObjectives(hasArea: boolean): ObjectivePair {
  return [objectiveOf(hasArea ? "area" : "pes"), objectiveOf("antt")];
}

/**
 * The objectives in a text like `sramBytes,edp`.
 *
 * @throws ConfigError unless it names two different ones; for an unknown one with the nearest name.
 */
export function parseObjectives(text: string): ObjectivePair {
  const names = text.split(",").map((name) => name.trim());
  const found = names.map(objectiveOf);
  if (found.length === 2 && found[0] !== found[1]) return [found[0], found[1]];
  throw new ConfigError(`--objectives must be two different ones, separated by a comma, is "${text}"`);
}

function objectiveOf(name: string): Objective {
  const objective = objectives.find((known) => known.name === name);
  if (objective !== undefined) return objective;
  throw new ConfigError(`--objectives: unknown objective "${name}"${didYouMean(name, objectiveNames)}`);
}
