/**
 * How the non-zeros of generated masks are spread. Real tensors are not evenly random: most channels are either busy
 * or nearly dead, and busy channels meet denser weight columns. Even masks of the same density have fewer effectual
 * MACs and run 9–11 % too fast.
 *
 * A *dispersion* is a variance as a share of the largest that densities with their mean can have: the densities of a
 * group with mean d have the standard deviation √(dispersion · d · (1 − d)). 0: all alike; 1: each is 0 or 1.
 */
export interface MaskStatistics {
  /** Dispersion of the density over the channels of an activation; Beta distributed. */
  readonly channelDispersion: number;
  /** Dispersion of the density over the weight columns (one input channel under one kernel tap). */
  readonly columnDispersion: number;
  /** Dispersion of the density over the filters. */
  readonly filterDispersion: number;
  /** Correlation, −1..1, between how busy an input channel is and how dense its weight columns are. */
  readonly channelColumnCorrelation: number;
  /** How far each sample reorders the channels by busyness, 0 (not at all) .. 1 (anew for each sample). */
  readonly sampleReordering: number;
  /** Side in pixels of the square cells that share their fate in part. */
  readonly clusterPixels: number;
  /** That part, 0..1; 0: pixels of a channel are independent. */
  readonly clusterShare: number;
}

/**
 * As measured on the pointwise layers of sparse MobileNet-0.5 (masks of the Sparseloop artifact, MICRO'22): standard
 * deviation of the density over channels .26–.40 at mean densities .58–.86, over columns .06–.16, over filters
 * .03–.30 (typically .08), correlation +.28…+.63. A channel dispersion of .6 gives .27 at density .86 and .39 at .5,
 * with U-shaped (bimodal) distributions; .034 and .027 give .09 and .08 at weight density .6. The reordering between
 * samples and the clustering have no published figures; they are assumptions and change no count of effectual MACs of
 * a pointwise layer.
 */
export const measuredStatistics: MaskStatistics = {
  channelDispersion: 0.6,
  columnDispersion: 0.034,
  filterDispersion: 0.027,
  channelColumnCorrelation: 0.45,
  sampleReordering: 0.1,
  clusterPixels: 4,
  clusterShare: 0.5,
};

/** Independent, evenly spread non-zeros: what simulators commonly assume. */
export const evenStatistics: MaskStatistics = {
  channelDispersion: 0,
  columnDispersion: 0,
  filterDispersion: 0,
  channelColumnCorrelation: 0,
  sampleReordering: 0,
  clusterPixels: 1,
  clusterShare: 0,
};
