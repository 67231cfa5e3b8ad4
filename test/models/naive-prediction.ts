/**
 * Prediction errors from their definition, one sample and layer at a time, with nothing kept: rows of plain numbers in,
 * the list of (predicted, real) out. Also densities per channel group, bit by bit.
 */

import type { Layer } from "../../workloads/layers/layer.ts";
import type { BitMask } from "../../workloads/masks/bit-mask.ts";
import { getBit } from "../../workloads/masks/bit-mask.ts";

export interface NaivePrediction {
  readonly ratio: number;
  readonly average: number;
  readonly predicted: number;
  readonly real: number;
}

export type Rows = readonly (readonly number[])[];

/** `window`: how many of the last layers γ is averaged over. */
export function naivePredictions(
  latency: Rows,
  measured: Rows | undefined,
  window: number,
  target: "remaining" | "next",
  leaveOut: boolean,
): NaivePrediction[] {
  return latency.flatMap((own, sample) => {
    const others = <T>(rows: readonly T[]) => rows.filter((_, index) => !leaveOut || index !== sample);
    const averageOf = (rows: Rows, layer: number) => {
      const column = others(rows).map((row) => row[layer]);
      return column.reduce((a, b) => a + b, 0) / column.length;
    };
    return own.slice(1).map((_, index) => {
      const done = index + 1;
      const wanted = own
        .map((_, layer) => layer)
        .filter((layer) => (target === "next" ? layer === done : layer >= done));
      const ratios = own
        .map((_, layer) => layer)
        .filter((layer) => layer < done && layer >= done - window)
        .map((layer) => {
          if (measured === undefined) return 1;
          const expected = averageOf(measured, layer);
          return expected === 0 ? 1 : measured[sample][layer] / expected;
        });
      const ratio = ratios.reduce((a, b) => a + b, 0) / ratios.length;
      const average = wanted.reduce((sum, layer) => sum + averageOf(latency, layer), 0);
      const real = wanted.reduce((sum, layer) => sum + own[layer], 0);
      return { ratio, average, predicted: ratio * average, real };
    });
  });
}

export function naiveErrors(predictions: readonly NaivePrediction[]) {
  const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const timed = predictions.filter(({ real }) => real > 0);
  return {
    count: predictions.length,
    rmse: Math.sqrt(meanOf(predictions.map(({ predicted, real }) => (predicted - real) ** 2))),
    meanError: meanOf(predictions.map(({ predicted, real }) => predicted - real)),
    meanRelativeError: meanOf(timed.map(({ predicted, real }) => predicted / real - 1)),
    meanAbsoluteRelativeError: meanOf(timed.map(({ predicted, real }) => Math.abs(predicted / real - 1))),
  };
}

/** Σ over channel groups of (density of the group × non-zero weights of `next` on it), from masks. */
export function naiveWeightedDensity(output: BitMask, next: Layer, nextWeight: BitMask, groups: number): number {
  const [channels, height, width] = output.shape;
  const perGroup = Math.ceil(channels / groups);
  let sum = 0;
  for (let group = 0; group < groups; group++) {
    let outputs = 0;
    let ones = 0;
    let weights = 0;
    for (let channel = group * perGroup; channel < Math.min(channels, (group + 1) * perGroup); channel++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        outputs += 1;
        ones += getBit(output, channel * height * width + pixel);
      }
      weights += naiveWeightsOn(next, nextWeight, channel);
    }
    if (outputs > 0) sum += (ones / outputs) * weights;
  }
  return sum;
}

/** Non-zero weights that read one input channel. */
export function naiveWeightsOn(layer: Layer, weight: BitMask, inputChannel: number): number {
  const [filters, channels, rows, columns] = weight.shape;
  let count = 0;
  for (let filter = 0; filter < filters; filter++) {
    const group = Math.floor(filter / (filters / layer.groups));
    for (let channel = 0; channel < channels; channel++) {
      if (group * channels + channel !== inputChannel) continue;
      for (let tap = 0; tap < rows * columns; tap++) {
        count += getBit(weight, (filter * channels + channel) * rows * columns + tap);
      }
    }
  }
  return count;
}
