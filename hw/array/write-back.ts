/**
 * The write-back of finished outputs: their zero/non-zero bits leave in the order [group, filter, pixel] of the tile, as
 * fast as the DRAM channel takes their (compressed) words. A monitor listens here.
 */

/** Hears what is written back; the model runs the same without it. */
export interface WriteBackObserver {
  /**
   * Outputs `first` … `end` − 1 of `bits` leave in this cycle.
   *
   * @param atCycle cycles since the layer began.
   * @param bits one byte per output of the tile being stored, 1 for a non-zero; only valid during the call.
   */
  written(atCycle: number, bits: Uint8Array, first: number, end: number): void;
}

export class WriteBack {
  outputs = 0;
  outputNonZeros = 0;
  private bits: Uint8Array = new Uint8Array(0);
  private next = 0;
  private creditBits = 0;
  private readonly zeroBits: number;
  private readonly nonZeroBits: number;
  private readonly observer: WriteBackObserver | undefined;

  /** @param zeroBits, nonZeroBits what a zero and a non-zero output take on the channel. */
  constructor(zeroBits: number, nonZeroBits: number, observer: WriteBackObserver | undefined) {
    this.zeroBits = zeroBits;
    this.nonZeroBits = nonZeroBits;
    this.observer = observer;
  }

  /** Queues the outputs of a tile, after the last tile's have left. @returns their size on the channel in bits. */
  begin(bits: Uint8Array): number {
    this.bits = bits;
    this.next = 0;
    this.creditBits = 0;
    let size = 0;
    for (const bit of bits) size += bit === 1 ? this.nonZeroBits : this.zeroBits;
    return size;
  }

  /** The channel has taken `storedBits` more in this cycle. */
  advance(atCycle: number, storedBits: number): void {
    const first = this.next;
    this.creditBits += storedBits;
    while (this.next < this.bits.length) {
      const bit = this.bits[this.next];
      const size = bit === 1 ? this.nonZeroBits : this.zeroBits;
      if (size > this.creditBits) break;
      this.creditBits -= size;
      this.outputNonZeros += bit;
      this.next += 1;
    }
    this.outputs += this.next - first;
    if (this.next > first) this.observer?.written(atCycle, this.bits, first, this.next);
  }
}
