/**
 * The outputs of passes in the order in which they leave, as ranges of the layer's output, walked by how many of them
 * pass or how many words they take. No output is looked at alone: 32 are counted at once.
 */
import { type BitMask, popcount32 } from "../../workloads/masks/bit-mask.ts";
import type { LoopNest } from "./loop-nest.ts";
import type { PassRange } from "./pass-ranges.ts";

export class OutputStream {
  /** Of the last `take`: outputs that left, words that they took, and whether the next one needs a word that was not granted. */
  outputs = 0;
  words = 0;
  isBlocked = false;
  private readonly masked: BitMask;
  private readonly ends: number[] = [];
  private readonly starts: number[] = [];
  private range = 0;
  private at = 0;

  /** @param words of the whole layer's output, 1 where one is stored. */
  constructor(words: BitMask, nest: LoopNest, passes: readonly PassRange[]) {
    this.masked = words;
    for (const pass of passes) this.add(nest, pass);
    this.at = this.starts[0] ?? 0;
  }

  get isEmpty(): boolean {
    return this.range === this.ends.length;
  }

  /** Lets outputs leave in order: at most so many, that take at most so many words. */
  take(maxOutputs: number, maxWords: number): void {
    this.outputs = 0;
    this.words = 0;
    this.isBlocked = false;
    while (this.outputs < maxOutputs && !this.isEmpty && !this.isBlocked) this.takeFromWord(maxOutputs, maxWords);
  }

  /** Outputs of one machine word of the mask and one range. */
  private takeFromWord(maxOutputs: number, maxWords: number): void {
    const { at } = this;
    const offset = at & 31;
    const length = Math.min(32 - offset, this.ends[this.range] - at, maxOutputs - this.outputs);
    let bits = (this.masked.words[at >>> 5] >>> offset) & (0xffffffff >>> (32 - length));
    const words = popcount32(bits);
    if (this.words + words <= maxWords) {
      this.words += words;
      this.pass(length);
      return;
    }
    for (; this.words < maxWords; this.words++) bits &= bits - 1;
    this.isBlocked = true;
    this.pass(31 - Math.clz32(bits & -bits));
  }

  private pass(outputs: number): void {
    this.outputs += outputs;
    this.at += outputs;
    if (this.at < this.ends[this.range]) return;
    this.range += 1;
    this.at = this.starts[this.range] ?? 0;
  }

  private add(nest: LoopNest, pass: PassRange): void {
    for (let image = pass.images[0]; image < pass.images[1]; image++) this.addImage(nest, pass, image);
  }

  private addImage(nest: LoopNest, { groups, filters, pixels }: PassRange, image: number): void {
    const firstGroup = image * nest.groups;
    for (let group = firstGroup + groups[0]; group < firstGroup + groups[1]; group++) {
      for (let filter = filters[0]; filter < filters[1]; filter++) {
        const row = (group * nest.filters + filter) * nest.pixels;
        const start = row + pixels[0];
        const last = this.ends.length - 1;
        if (last >= 0 && this.ends[last] === start) this.ends[last] = row + pixels[1];
        else {
          this.starts.push(start);
          this.ends.push(row + pixels[1]);
        }
      }
    }
  }
}
