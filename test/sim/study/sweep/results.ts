/** A sweep and made-up results of its points, for tests of what becomes of results. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resultFigures } from "../../../../sim/study/sweep/result-tables.ts";
import type { KeptLayer, PointOutcome, ResultFigure } from "../../../../sim/study/sweep/sweep.ts";
import { sweepOf } from "../../../../sim/study/sweep/sweep-file.ts";
import type { LoadedSweep } from "../../../../sim/study/sweep/sweep-source.ts";

/** 3 × 2 configurations, 2 schedulers, 2 seeds: 24 points, more with more values of `slo`. */
export function smallSweep({ slo = [5, 10, 20], seed = 1, file = "small.yaml" } = {}): Promise<LoadedSweep> {
  const scenario = {
    ...{ table: "builtin:eyerissv2", requests: 10, schedulers: ["fcfs", "dysta"] },
    arrivals: { kind: "poisson", rate: 3 },
  };
  const axes = { slo, semantics: ["corrected", "artifact"] };
  const columns = { missed: "violationRate * requestsOfAll", later: "missed + p99 / max" };
  const data = { scenario, axes, columns: { requestsOfAll: "seed * 0 + 10", ...columns }, seed, seeds: 2 };
  return sweepOf(data, { file, folder: "/nowhere" });
}

/** What becomes of a point: one in eleven fails, some have no energy. The same at every call. */
export function outcomeOf(point: number): PointOutcome {
  if (point % 11 === 7) return { point, error: `requests, "${point}" of them,\nare too many` };
  const figures = Object.fromEntries(resultFigures.map((name, k) => [name, figure(point, k)]));
  return { point, figures: figures as Record<ResultFigure, number | null> };
}

/** All kinds of numbers: fractions without an end, large, small, whole, negative zero. */
function figure(point: number, k: number): number | null {
  const kinds = [Math.sin(point + k), 1e21 * (point + 1), 1e-9 / (k + 1), point * k, -0, null];
  return kinds[(point * 7 + k) % kinds.length];
}

export function layersOf(profile: string): KeptLayer[] {
  return [0, 1, 2].map((layer) => ({
    ...{ profile, hardware: `array-${profile}`, model: "mobilenet", pattern: "dense", layer, name: `conv, ${layer}` },
    ...{ cycles: 1000 / 3 + layer, utilisation: 0.5, effectualMacs: 1e12 + layer, inputDensity: 0.4 },
    ...{ outputDensity: null, dramBytes: null, energyPj: layer === 2 ? null : 2.5e9 },
  }));
}

export const exportedFiles = ["points.csv", "points.parquet", "layers.csv", "layers.parquet", "failures.csv"] as const;

/** The exported files by name. */
export function exportOf(folder: string): Record<string, Buffer> {
  return Object.fromEntries(exportedFiles.map((name) => [name, readFileSync(join(folder, name))]));
}
