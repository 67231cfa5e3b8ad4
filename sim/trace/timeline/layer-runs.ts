/** The dispatch sequence with its times: runs of consecutive layers of one request. */
import { monitoredDensity } from "../../../workloads/tables/profile.ts";
import type { Schedule } from "../../core/schedule.ts";
import type { Workload } from "../../core/workload.ts";
import type { RunTiming } from "./timing.ts";

/** A layer on the accelerator; times in the run's unit. */
interface LayerSpan {
  readonly layer: number;
  readonly begin: number;
  readonly end: number;
  /** As the monitor saw it, 0..1. */
  readonly density: number;
}

export interface LayerRun {
  readonly request: number;
  /** When it was decided; what lies between that and the first layer is the price of the switch. */
  readonly decidedAt: number;
  readonly layers: readonly LayerSpan[];
}

/** Begin of the first layer, end of the last one. */
export function spanOf({ layers }: LayerRun): readonly [number, number] {
  return [layers[0].begin, layers[layers.length - 1].end];
}

/** `3`, or `3–7`. */
export function layerRange({ layers }: LayerRun): string {
  const [first, last] = [layers[0].layer, layers[layers.length - 1].layer];
  return first === last ? `${first}` : `${first}–${last}`;
}

/** Every run, in order of execution. */
export function layerRuns(workload: Workload, schedule: Schedule, timing: RunTiming): LayerRun[] {
  const { requests, profiles } = workload;
  const densities = profiles.map(monitoredDensity);
  const layersDone = new Int32Array(requests.count);
  let turn = 0;
  const nextLayer = (request: number): LayerSpan => {
    const index = requests.profile[request];
    const { latency, layerCount } = profiles[index];
    const layer = layersDone[request]++;
    const cell = requests.sample[request] * layerCount + layer;
    const begin = timing.beganAt[turn++];
    return { layer, begin, end: begin + latency[cell], density: densities[index][cell] };
  };
  return Array.from(schedule.dispatchRequest, (request, order) => {
    const decidedAt = timing.decidedAt[turn];
    const layers = Array.from({ length: schedule.dispatchLayers[order] }, () => nextLayer(request));
    return { request, decidedAt, layers };
  });
}
