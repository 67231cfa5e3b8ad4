/** A sweep as plain data with all files read, and the sweep that every thread builds from it. */
import { type Scenario, scenarioFrom } from "../../../workloads/scenarios/scenario.ts";
import type { SchedulerChoice } from "../run/simulate-job.ts";
import type { Axis } from "./axes.ts";
import { type Change, changed, pathsOfKeys } from "./changes.ts";
import { type Expression, evaluatorOf } from "./expression.ts";
import { combinationOf, type Places, placesOf } from "./grid.ts";
import { changesNetworks } from "./keys.ts";
import { type AxisColumn, type AxisValue, hardwareFigures, type Sweep } from "./sweep.ts";

/** What a sweep is built from: a structured clone of it is as good, large arrays are in shared memory. */
export interface SweepSource extends Pick<Sweep, "file" | "name" | "description" | "identity" | "keep"> {
  /** Data of the scenario before the axes have their say: paths absolute, hardware files replaced by what they say. */
  readonly base: unknown;
  readonly axes: readonly Axis[];
  /** The combinations of the grid that are configurations, ascending. */
  readonly kept: Int32Array;
  readonly hardware: HardwareTable;
  readonly schedulers: readonly SchedulerChoice[];
  readonly firstSeed: number;
  readonly seedCount: number;
  readonly derived: readonly DerivedColumn[];
  /** What capacities are of, where they are asked for; the target is a share of requests on time, 0..1. */
  readonly capacity?: { readonly target: number };
  /** SHA-256 of every file that the sweep names, by path; not in databases of older versions. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Hardware figures of every combination of the axes that change hardware. */
export interface HardwareTable {
  /** Places of these axes among all. */
  readonly axes: readonly number[];
  /** Row-major [combinations, `hardwareFigures`]; NaN where there is no hardware or no configuration has it. */
  readonly figures: Float64Array;
}

export interface DerivedColumn {
  readonly name: string;
  readonly expression: Expression;
}

/** A sweep with what other threads build it from. */
export interface LoadedSweep extends Sweep {
  readonly source: SweepSource;
  /** A number that configurations have in common if they have the same networks on the same hardware. */
  networksOf(configuration: number): number;
  /** The scenario's data in a configuration. */
  dataOf(configuration: number): unknown;
}

/** The sweep of a source. Reads no file. */
export function sweepFrom(source: SweepSource): LoadedSweep {
  const { kept, schedulers, firstSeed, seedCount, axes, derived, file, name, description, identity, keep } = source;
  const lengths = axes.map(({ length }) => length);
  const pointsEach = schedulers.length * seedCount;
  const places = (configuration: number) => placesOf(kept[configuration], lengths);
  const derive = derivation(derived);
  const ofNetworks = [...axes.keys()].filter((axis) => axes[axis].keys.some(({ name }) => changesNetworks(name)));
  const changesAt = changesOf(axes, source.base, `sweep ${file}: axes`);
  const dataOf = (configuration: number) => changed(source.base, changesAt(places(configuration)));
  return {
    ...{ source, name, description, file, identity, keep },
    axes: axes.flatMap(({ keys }) => keys.map(({ name, type }): AxisColumn => ({ name, type }))),
    configurationCount: kept.length,
    pointCount: kept.length * pointsEach,
    derived: derived.map(({ name }) => name),
    point: (point) => {
      const within = point % pointsEach;
      return {
        point,
        configuration: Math.floor(point / pointsEach),
        scheduler: schedulers[Math.floor(within / seedCount)].name,
        seed: firstSeed + (within % seedCount),
      };
    },
    valuesOf: (configuration) => valuesAt(axes, places(configuration)),
    networksOf: (configuration) => combinationOf(places(configuration), ofNetworks, lengths),
    hardwareOf: (configuration) =>
      hardwareRow(source.hardware, places(configuration), lengths).map((value) => (Number.isNaN(value) ? null : value)),
    dataOf,
    scenarioOf: (configuration) => scenarioOfData(dataOf(configuration), `of sweep ${file}`),
    deriveColumns: derive,
  };
}

/** The scenario that data without relative paths describe. */
export function scenarioOfData(data: unknown, file: string): Promise<Scenario> {
  return scenarioFrom({ file, folder: "/", data });
}

/** Values of all swept keys at `places`, as results show them. */
function valuesAt(axes: readonly Axis[], places: Places): AxisValue[] {
  return axes.flatMap(({ keys }, axis) => keys.map(({ shown }) => shown[places[axis]]));
}

/**
 * What the axes change at given places.
 *
 * @param where begins a message
 * @throws ConfigError for a key that the scenario does not have.
 */
export function changesOf(axes: readonly Axis[], base: unknown, where: string): (places: Places) => Change[] {
  const firstValues = axes.flatMap(({ keys }) => keys.map(({ name, values }) => ({ key: name, value: values[0] })));
  const paths = pathsOfKeys(firstValues, base, where);
  return (places) =>
    axes.flatMap(({ keys }, axis) =>
      keys.map(
        ({ name, values, shown }): Change => ({
          key: name,
          paths: paths.get(name) ?? [],
          value: values[places[axis]],
          shown: shown[places[axis]],
        }),
      ),
    );
}

/** Figures of the hardware at `places`, in the order of `hardwareFigures`; NaN where unknown. */
export function hardwareRow({ axes, figures }: HardwareTable, places: Places, lengths: readonly number[]): number[] {
  const start = combinationOf(places, axes, lengths) * hardwareFigures.length;
  return [...figures.subarray(start, start + hardwareFigures.length)];
}

/** Derived columns one after another, since each may use those before it. */
function derivation(derived: readonly DerivedColumn[]): Sweep["deriveColumns"] {
  const steps = derived.map(({ name, expression }) => ({
    name,
    columns: expression.columns,
    evaluate: evaluatorOf(expression),
  }));
  return (row) => {
    const all = new Map(Object.entries(row));
    return steps.map(({ name, columns, evaluate }) => {
      const values = columns.map((column) => all.get(column) ?? null);
      const value = values.includes(null) ? null : evaluate(values as AxisValue[]);
      const shown = typeof value === "number" && !Number.isFinite(value) ? null : value;
      all.set(name, shown);
      return shown;
    });
  };
}
