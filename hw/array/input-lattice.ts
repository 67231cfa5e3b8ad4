/**
 * How many inputs of each column are non-zero at the pixels before a given one, from one table of sums over the input.
 *
 * The taps of a kernel read every `stride`-th input of every `stride`-th row. So an entry of the table is the sum of a
 * channel's inputs above and to the left of it that lie a whole number of strides away, itself included: [C, H + vertical
 * stride, W + horizontal stride], with zeros in the first rows and columns. It is as large as the input, not as the
 * columns, of which a kernel of 3×3 has nine for each channel.
 */
import type { BitMask } from "../../workloads/masks/bit-mask.ts";
import { kernelPosition, type LoopNest } from "./loop-nest.ts";

export class InputLattice {
  private readonly nest: LoopNest;
  private readonly sums: Int32Array;
  private readonly rowLength: number;
  private readonly planeSize: number;

  constructor(nest: LoopNest, input: BitMask) {
    const { inputHeight, inputWidth, stride } = nest.layer;
    this.nest = nest;
    this.rowLength = inputWidth + stride[1];
    this.planeSize = this.rowLength * (inputHeight + stride[0]);
    this.sums = this.sumsOf(input);
  }

  private sumsOf(input: BitMask): Int32Array {
    const { inputChannels, inputHeight, inputWidth, stride } = this.nest.layer;
    const { words } = input;
    const [down, right] = stride;
    const above = down * this.rowLength;
    const sums = new Int32Array(inputChannels * this.planeSize);
    for (let row = 0; row < inputChannels * inputHeight; row++) {
      const channel = Math.floor(row / inputHeight);
      const first = channel * this.planeSize + (row - channel * inputHeight + down) * this.rowLength + right;
      const firstBit = row * inputWidth;
      for (let phase = 0; phase < right; phase++) {
        let ofRow = 0;
        for (let column = phase; column < inputWidth; column += right) {
          const bit = firstBit + column;
          ofRow += (words[bit >>> 5] >>> (bit & 31)) & 1;
          sums[first + column] = ofRow + sums[first + column - above];
        }
      }
    }
    return sums;
  }

  /**
   * Non-zero inputs of every column in each of the ranges of pixels that lie between 0 and the first of `ends`, and from
   * each of them to the next; [ranges, groups · columns].
   */
  countsBetween(ends: Int32Array): Int32Array {
    const { inputChannels } = this.nest.layer;
    const { kernelRows, kernelColumns } = this.nest;
    const taps = kernelRows * kernelColumns;
    const columns = inputChannels * taps;
    const counts = new Int32Array(ends.length * columns);
    const corners = Array.from({ length: taps }, (_, tap) => this.cornersOf(tap, ends));
    for (let column = 0, plane = 0; column < columns; plane += this.planeSize) {
      for (const ofTap of corners) this.countColumn(counts, column++, columns, { plane, corners: ofTap });
    }
    return counts;
  }

  private countColumn(counts: Int32Array, column: number, columns: number, { plane, corners }: ColumnOfInput): void {
    const { sums } = this;
    let before = 0;
    for (let at = 0, into = column - columns; at < corners.length; at += 4, into += columns) {
      const sum =
        sums[plane + corners[at]] -
        sums[plane + corners[at + 1]] +
        sums[plane + corners[at + 2]] -
        sums[plane + corners[at + 3]];
      if (at > 0) counts[into] = sum - before;
      before = sum;
    }
  }

  /**
   * For pixel 0 and each of `ends`, the four entries of a channel whose sums, with alternating signs, are what a tap reads at
   * the pixels before: of whole output rows, and of the row that the pixel lies in.
   */
  private cornersOf(tap: number, ends: Int32Array): Int32Array {
    const { nest, rowLength } = this;
    const { inputHeight, inputWidth, stride, dilation, padding } = nest.layer;
    const { outputWidth, kernelColumns } = nest;
    const [row, column] = kernelPosition(nest, Math.floor(tap / kernelColumns), tap % kernelColumns);
    const down = new TapSteps(row * dilation[0] - padding[0], stride[0], inputHeight);
    const right = new TapSteps(column * dilation[1] - padding[2], stride[1], inputWidth);
    const left = right.after(0);
    const end = right.after(outputWidth);
    const corners = new Int32Array(4 * (ends.length + 1));
    for (let i = 0; i <= ends.length; i++) {
      const pixel = i === 0 ? 0 : ends[i - 1];
      const rows = Math.floor(pixel / outputWidth);
      const whole = down.after(rows) * rowLength;
      const cut = down.after(rows + 1) * rowLength;
      const inRow = right.after(pixel - rows * outputWidth);
      corners.set([whole + end, whole + inRow, cut + inRow, cut + left], 4 * i);
    }
    return corners;
  }
}

/** A column of the nest: the channel whose sums begin at `plane`, and the corners of its tap. */
interface ColumnOfInput {
  readonly plane: number;
  readonly corners: Int32Array;
}

/** Where the outputs of one row or column find the input of a tap, as places in the table of sums. */
class TapSteps {
  private readonly offset: number;
  private readonly stride: number;
  private readonly firstInside: number;
  private readonly endInside: number;

  /** @param offset input that the tap reads for the first output; below 0 or from `size` on is padding. */
  constructor(offset: number, stride: number, size: number) {
    this.offset = offset;
    this.stride = stride;
    this.firstInside = Math.max(0, Math.ceil(-offset / stride));
    this.endInside = Math.max(this.firstInside, Math.ceil((size - offset) / stride));
  }

  /** Place in the table of the last input read for the first `outputs` outputs; for none, the place before the first. */
  after(outputs: number): number {
    if (this.firstInside === this.endInside) return 0;
    const steps = Math.min(Math.max(outputs, this.firstInside), this.endInside);
    return steps * this.stride + this.offset;
  }
}
