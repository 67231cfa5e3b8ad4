/**
 * The write-back of finished outputs: their zero/non-zero bits leave in the order [group, filter, pixel] of the tile, as
 * fast as the DRAM channel takes their (compressed) words and as there is room for them. A monitor listens here.
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

/** Outputs in the order in which they leave, a byte each: 1 for a non-zero, and 1 for one that takes a word. */
export interface OutputTile {
  readonly bits: Uint8Array;
  readonly words: Uint8Array;
}

export class WriteBack {
  outputs = 0;
  outputNonZeros = 0;
  private tile: OutputTile = { bits: new Uint8Array(0), words: new Uint8Array(0) };
  private next = 0;
  private creditBits = 0;
  private readonly wordBits: number;
  private readonly observer: WriteBackObserver | undefined;

  /** @param wordBits of a word on the channel. */
  constructor(wordBits: number, observer: WriteBackObserver | undefined) {
    this.wordBits = wordBits;
    this.observer = observer;
  }

  /** Whether outputs of the tile have not left. */
  get isPending(): boolean {
    return this.next < this.tile.bits.length;
  }

  /** Queues the outputs of a tile, after the last tile's have left. @returns their size on the channel in bits. */
  begin(tile: OutputTile): number {
    this.tile = tile;
    this.next = 0;
    this.creditBits = 0;
    let words = 0;
    for (const word of tile.words) words += word;
    return words * this.wordBits;
  }

  /** Bits that the channel can take in a cycle in which at most `room` outputs leave. */
  bitsWithin(room: number): number {
    if (room === Infinity) return Infinity;
    const { words } = this.tile;
    const end = Math.min(words.length, this.next + room);
    let count = 0;
    for (let i = this.next; i < end; i++) count += words[i];
    return count * this.wordBits - this.creditBits;
  }

  /**
   * The channel has taken `storedBits` more in this cycle, in which at most `room` outputs leave.
   *
   * @returns how many have left.
   */
  advance(atCycle: number, storedBits: number, room = Infinity): number {
    const { bits, words } = this.tile;
    const first = this.next;
    const end = Math.min(bits.length, first + room);
    this.creditBits += storedBits;
    while (this.next < end) {
      const size = words[this.next] * this.wordBits;
      if (size > this.creditBits) break;
      this.creditBits -= size;
      this.outputNonZeros += bits[this.next];
      this.next += 1;
    }
    const left = this.next - first;
    this.outputs += left;
    if (left > 0) this.observer?.written(atCycle, bits, first, this.next);
    return left;
  }
}
