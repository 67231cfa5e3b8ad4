/**
 * How the activations of a network differ from input to input where nobody measured them, and how their zeros lie: everything
 * that a network file can set, to a value of its own or on purpose to a wrong one. Lengths of inputs are not among it: sizes
 * of a sample are given (`shapes`), those of transformers drawn (`lengthSpread` of an attention file).
 */
import { type MaskStatistics, measuredStatistics } from "../masks/statistics.ts";

export interface ActivationGenerator {
  /** Every mean density but 1 is multiplied by it, and is at most 1. */
  readonly meanFactor: number;
  /** Standard deviation between inputs of a layer whose mean density is .5; 4·d·(1 − d) times as much at mean d. */
  readonly deviation: number;
  /** Share of the variance that all layers of an input have in common: the correlation of two distant layers. */
  readonly common: number;
  /** Further share that neighbouring layers have in common, and the number of layers over which it falls to 1/e of that. */
  readonly near: number;
  readonly reach: number;
  /** How non-zeros are spread over channels and pixels. */
  readonly statistics: MaskStatistics;
}

/**
 * `measured`: 20 networks on 24 photographs (`workloads/measured/`). Median deviation of a layer .020, scaled to mean density .5;
 * correlation of two layers .24 to .42 one and two apart, .08 beyond 24.
 *
 * `paper`: Sparse-DySta (MICRO'23). Fig. 3 shows layers whose densities range over .09 to .45 between images, .26 in the mean
 * of 12 layers of ResNet-50 and VGG-16; Table 2 a range of 15 to 28 % (mean 22 %) of a network's mean. With a range of six
 * standard deviations at mean density .55, these are a deviation of .043 and a common share of .25. Its Fig. 9 (correlations above .8) is
 * of attention networks, whose preset is another (`attention-densities.ts`).
 */
export const activationGenerators = {
  measured: {
    ...{ meanFactor: 1, deviation: 0.02, common: 0.08, near: 0.25, reach: 8 },
    statistics: measuredStatistics,
  },
  paper: {
    ...{ meanFactor: 1, deviation: 0.043, common: 0.25, near: 0, reach: 1 },
    statistics: measuredStatistics,
  },
} as const satisfies Record<string, ActivationGenerator>;
