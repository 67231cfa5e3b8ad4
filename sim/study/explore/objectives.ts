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
  "latencyMs",
  "p95Ms",
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
  latencyMs: { title: "time of an inference, ms", ...least },
  p95Ms: { title: "95th percentile of turnaround, ms", ...least },
};

const objectives: readonly Objective[] = objectiveNames.map((name) => ({
  name,
  ...looks[name],
  figureOf: (point) => point[name] ?? null,
}));

/** Size against service: area where a table gives it, else PEs; and ANTT. */
export function defaultObjectives(hasArea: boolean): readonly Objective[] {
  return [objectiveOf(hasArea ? "area" : "pes"), objectiveOf("antt")];
}

/**
 * The objectives in a text like `sramBytes,edp`, what they cost before what it buys.
 *
 * @throws ConfigError unless it names two or more, each once; for an unknown one with the nearest name.
 */
export function parseObjectives(text: string): readonly Objective[] {
  const found = text.split(",").map((name) => objectiveOf(name.trim()));
  if (found.length >= 2 && new Set(found).size === found.length) return found;
  throw new ConfigError(`--objectives must be two or more different ones, separated by commas, is "${text}"`);
}

function objectiveOf(name: string): Objective {
  const objective = objectives.find((known) => known.name === name);
  if (objective !== undefined) return objective;
  throw new ConfigError(`--objectives: unknown objective "${name}"${didYouMean(name, objectiveNames)}`);
}
