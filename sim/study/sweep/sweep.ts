/**
 * What a sweep is made of. A point is one simulation: a configuration (one value on every axis), a scheduler and a seed.
 *
 * Points are counted from 0 in a fixed order, axes as in the file with the first outermost, then schedulers, then seeds;
 * combinations that a constraint rules out are not counted. Numbers of points are the same in every shard.
 */

import type { Scenario } from "../../../workloads/scenarios/scenario.ts";
import type { MetricName } from "../../core/metrics.ts";

export type AxisValue = number | string | boolean;

/** A key that takes several values: a column of the results. */
export interface AxisColumn {
  /** The key as the sweep file has it, e.g. `arrivals.rate`, `hardware.grid.peRows`. */
  readonly name: string;
  readonly type: "number" | "text" | "boolean";
}

/** What is known of a configuration's hardware before anything has run; for constraints and results. */
export const hardwareFigures = ["pes", "macsPerCycle", "sramBytes", "clockHz"] as const;

export interface Point {
  /** 0 … pointCount − 1. */
  readonly point: number;
  /** 0 … configurationCount − 1; points of one configuration follow one another. */
  readonly configuration: number;
  readonly scheduler: string;
  readonly seed: number;
}

/** A sweep file, read and checked. */
export interface Sweep {
  readonly name: string;
  readonly description: string;
  /** What messages call it. */
  readonly file: string;
  /** SHA-256 of all that its results follow from: two sweeps with the same identity have the same points. */
  readonly identity: string;
  readonly axes: readonly AxisColumn[];
  readonly pointCount: number;
  readonly configurationCount: number;
  /** Derived columns: names, and the figures they are computed from (`deriveColumns`). */
  readonly derived: readonly string[];
  /** What results keep besides the points. */
  readonly keep: {
    readonly layers: boolean;
    /** Absent in databases of older versions. */
    readonly bounds?: boolean;
  };
  point(index: number): Point;
  /** One per axis column. */
  valuesOf(configuration: number): readonly AxisValue[];
  /** Null where the networks come from tables; Infinity for memory without end. In the order of `hardwareFigures`. */
  hardwareOf(configuration: number): readonly (number | null)[];
  /** The scenario of a configuration: checked, with all schedulers of the sweep; its seeds are the sweep's business. */
  scenarioOf(configuration: number): Promise<Scenario>;
  /** Values of the derived columns from the values of all other columns, by name; null where one of those is null. */
  deriveColumns(row: Readonly<Record<string, AxisValue | null>>): (AxisValue | null)[];
}

/** What the hardware does with one inference, averaged over the mix (weights of the models, all their samples). */
export const inferenceFigures = ["cycles", "utilisation", "effectualMacs", "dramBytes", "energyPj"] as const;
export type InferenceFigure = (typeof inferenceFigures)[number];

/** Of dispatch in hardware; null in software. */
export const unitFigures = ["decisionCycles", "exposedCycles", "equalPickShare"] as const;
type UnitFigure = (typeof unitFigures)[number];

/** Of a sweep that asks for capacities; null elsewhere, and where there is none. */
export const capacityFigures = ["capacity", "capacityLoad"] as const;
export type CapacityFigure = (typeof capacityFigures)[number];

/** That no scheduler can beat, the same for all of them; null unless the sweep keeps bounds, and where none hold. */
export const boundFigures = ["violationRateLower", "violationRateFeasible", "anttLower", "anttFeasible"] as const;
export type BoundFigure = (typeof boundFigures)[number];

export type ResultFigure = MetricName | InferenceFigure | UnitFigure | BoundFigure | CapacityFigure;

/** What became of a point. */
export type PointOutcome =
  | { readonly point: number; readonly figures: Readonly<Record<ResultFigure, number | null>> }
  | { readonly point: number; readonly error: string };

/** One layer of a network on one hardware configuration; means over its samples. */
export interface KeptLayer {
  /** Content hash of the profile: hardware, network, pattern, samples, fidelity. */
  readonly profile: string;
  readonly hardware: string;
  readonly model: string;
  readonly pattern: string;
  readonly layer: number;
  readonly name: string;
  readonly cycles: number;
  readonly utilisation: number;
  readonly effectualMacs: number;
  readonly inputDensity: number;
  readonly outputDensity: number | null;
  readonly dramBytes: number | null;
  readonly energyPj: number | null;
}

/** One of n parts of a sweep, 1 … n. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** How far a point has come. */
export const pointStates = { open: 0, done: 1, failed: 2 } as const;

/** Where results are kept while a sweep runs, on disk before `append` returns. One process at a time has it open. */
export interface ResultStore {
  /** One of `pointStates` per point of the sweep; those of other shards are open. */
  readonly states: Uint8Array;
  /** Adds all or nothing. A point that is there already is a fault of ours. */
  append(outcomes: readonly PointOutcome[]): Promise<void>;
  /** Adds the layers of profiles that are not there yet. */
  addLayers(rows: readonly KeptLayer[]): Promise<void>;
}
