/** Poolings: what they make of the size of a map. */
import type { Rule } from "./elementwise-rules.ts";
import { windowCounts, windowsOf } from "./windows.ts";

const pool: Rule = (view) => {
  const [batch, channels, ...size] = view.shape(0);
  const kernel = view.ints("kernel_shape") ?? size.map(() => 1);
  const counts = windowCounts(view, size, windowsOf(view, size, kernel), view.int("ceil_mode", 0) === 1);
  const shape = [batch, channels, ...counts];
  return [{ shape }, { shape }];
};

const globalPool: Rule = (view) => {
  const [batch, channels, ...size] = view.shape(0);
  return [{ shape: [batch, channels, ...size.map(() => 1)] }];
};

const regions: Rule = (view) => {
  const [, channels] = view.shape(0);
  const [count] = view.shape(1);
  const pooled = view.ints("pooled_shape") ?? [view.int("output_height", 1), view.int("output_width", 1)];
  return [{ shape: [count, channels, ...pooled] }];
};

const gridSample: Rule = (view) => {
  const [batch, channels] = view.shape(0);
  return [{ shape: [batch, channels, ...view.shape(1).slice(1, -1)] }];
};

export const windowRules: Readonly<Record<string, Rule>> = {
  ...{ MaxPool: pool, AveragePool: pool, LpPool: pool, QLinearAveragePool: pool },
  ...{ GlobalAveragePool: globalPool, GlobalMaxPool: globalPool, GlobalLpPool: globalPool },
  ...{ QLinearGlobalAveragePool: globalPool, MaxRoiPool: regions, RoiAlign: regions, GridSample: gridSample },
};
