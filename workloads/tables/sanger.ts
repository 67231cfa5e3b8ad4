/** The artifact's latency formula for one attention layer on Sanger (MICRO'21). */

/** Clock of the formula, Hz. */
export const sangerClockHz = 1e9;

/** Width of the model's hidden layer and of one attention head, in elements. */
const hiddenWidth = 768;
const headWidth = 64;
/** Multiply-accumulates per cycle of the dense array, and cycles of its attention part that do not depend on the mask. */
const denseMacsPerCycle = 2048;
const fixedAttentionCycles = 832;
/** Share of the mask that the array is laid out for. */
const provisionedDensity = 0.25;

/**
 * Seconds that one attention layer takes: query/key/value projections, the masked products, the sparse output product.
 *
 * `density` is the share of non-zeros of the attention mask (0..1), `loadBalance` the mean share of busy PE rows (> 0),
 * `sequenceLength` the number of tokens. The order of operations is the recording's, so results agree to the last bit.
 */
export function sangerLatencySeconds(density: number, loadBalance: number, sequenceLength: number): number {
  const columns = (density / loadBalance / provisionedDensity) * sequenceLength;
  const sparseMacsPerCycle = (denseMacsPerCycle / density) * loadBalance;
  const projections = (sequenceLength * hiddenWidth * hiddenWidth * 2 * 3) / sangerClockHz / denseMacsPerCycle;
  const attention =
    ((columns / headWidth) * ((fixedAttentionCycles + (columns + headWidth)) * (sequenceLength / headWidth))) /
    sangerClockHz;
  const output = (sequenceLength * hiddenWidth * hiddenWidth * 2) / sangerClockHz / sparseMacsPerCycle;
  return projections + attention + output;
}
