/** A layer whose non-zeros have been counted, and the request that it belongs to. */
export interface MeasuredLayer {
  readonly position: number;
  readonly layer: number;
  readonly nonZeros: number;
}
