/**
 * The DRAM channel: per cycle it moves a fixed number of bits, loads of the next tile first, then stores of the last.
 *
 * Ports: `begin` (the transfers of a slot), `step` (one cycle, returns the bits stored in it). A slot with a load starts
 * with the channel's latency, in which nothing moves. Not modelled: banks, refresh, read/write turnaround.
 */
export class Dma {
  /** Of the slot: what is left of the latency, and bits left to be moved. */
  waitCycles = 0;
  loadBits = 0;
  storeBits = 0;
  private readonly bitsPerCycle: number;
  private readonly latencyCycles: number;
  /** Bits of the layer's first load and last store that still have to find room beside its own transfers. */
  private neighbourBits = 0;

  constructor(bitsPerCycle: number, latencyCycles: number) {
    this.bitsPerCycle = bitsPerCycle;
    this.latencyCycles = latencyCycles;
  }

  get isLoading(): boolean {
    return this.waitCycles > 0 || this.loadBits > 0;
  }

  get isBusy(): boolean {
    return this.isLoading || this.storeBits > 0;
  }

  /** Whether hidden transfers have not found enough room yet. */
  get owesNeighbours(): boolean {
    return this.neighbourBits > 0;
  }

  /** Leaves bits to be moved in cycles in which this layer's transfers leave room on the channel. */
  defer(bits: number): void {
    if (this.bitsPerCycle !== Infinity) this.neighbourBits += bits;
  }

  /**
   * Starts a slot's transfers.
   *
   * @param maxStored bits that can be stored at once.
   * @returns bits stored at once: as many on an unlimited channel without latency, none elsewhere.
   */
  begin(loadBits: number, storeBits: number, maxStored = Infinity): number {
    this.loadBits = loadBits;
    this.storeBits = storeBits;
    this.waitCycles = loadBits > 0 ? this.latencyCycles : 0;
    return this.bitsPerCycle === Infinity && this.waitCycles === 0 ? this.transfer(maxStored) : 0;
  }

  /** One cycle, in which at most `maxStored` bits can be stored. @returns bits stored in it. */
  step(maxStored = Infinity): number {
    if (this.waitCycles > 0) {
      this.waitCycles -= 1;
      this.giveAway(this.bitsPerCycle);
      return this.waitCycles === 0 && this.bitsPerCycle === Infinity ? this.transfer(maxStored) : 0;
    }
    return this.transfer(maxStored);
  }

  private transfer(maxStored: number): number {
    const loaded = Math.min(this.loadBits, this.bitsPerCycle);
    const stored = Math.min(this.storeBits, this.bitsPerCycle - loaded, maxStored);
    this.loadBits -= loaded;
    this.storeBits -= stored;
    this.giveAway(this.bitsPerCycle - loaded - stored);
    return stored;
  }

  private giveAway(bits: number): void {
    this.neighbourBits -= Math.min(this.neighbourBits, bits);
  }
}
