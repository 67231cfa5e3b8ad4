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
import { lengthOf, type Range } from "./pass-ranges.ts";

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
    const { inputHeight, inputWidth, stride } = this.nest.layer;
    const { words } = input;
    const [channels] = input.shape;
    const [down, right] = stride;
    const above = down * this.rowLength;
    const sums = new Int32Array(channels * this.planeSize);
    for (let row = 0; row < channels * inputHeight; row++) {
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

  /** Entries that the table of a layer has. */
  static entries({ images, layer: { inputChannels, inputHeight, inputWidth, stride } }: LoopNest): number {
    return images * inputChannels * (inputHeight + stride[0]) * (inputWidth + stride[1]);
  }

  /**
   * Counts the non-zero inputs of columns (over all groups and then images, one after the other) in each range of pixels.
   *
   * @param bounds first and end pixel of each range, one pair after the other
   * @param into gets [ranges, columns]
   */
  count(columns: Range, bounds: Int32Array, into: Int32Array): void {
    const taps = this.nest.kernelRows * this.nest.kernelColumns;
    const corners = new Map<number, Int32Array>();
    for (let column = columns[0]; column < columns[1]; column++) {
      const tap = column % taps;
      const ofTap = corners.get(tap) ?? this.cornersOf(tap, bounds);
      corners.set(tap, ofTap);
      const plane = ((column - tap) / taps) * this.planeSize;
      this.countColumn(plane, ofTap, into, column - columns[0], lengthOf(columns));
    }
  }

  private countColumn(plane: number, corners: Int32Array, into: Int32Array, first: number, step: number): void {
    const { sums } = this;
    let before = 0;
    for (let at = 0, to = first; at < corners.length; at += 8, to += step) {
      // Ranges mostly begin where the last one ended: then its sum is known.
      if (at === 0 || !isSamePlace(corners, at, at - 4)) {
        before =
          sums[plane + corners[at]] -
          sums[plane + corners[at + 1]] +
          sums[plane + corners[at + 2]] -
          sums[plane + corners[at + 3]];
      }
      const sum =
        sums[plane + corners[at + 4]] -
        sums[plane + corners[at + 5]] +
        sums[plane + corners[at + 6]] -
        sums[plane + corners[at + 7]];
      into[to] = sum - before;
      before = sum;
    }
  }

  /**
   * For each of the pixels, the four entries of a channel whose sums, with alternating signs, are what a tap reads at the pixels
   * before: of whole output rows, and of the row that the pixel lies in.
   */
  private cornersOf(tap: number, pixels: Int32Array): Int32Array {
    const { nest, rowLength } = this;
    const { inputHeight, inputWidth, stride, dilation, padding } = nest.layer;
    const { outputWidth, kernelColumns } = nest;
    const [row, column] = kernelPosition(nest, Math.floor(tap / kernelColumns), tap % kernelColumns);
    const down = new TapSteps(row * dilation[0] - padding[0], stride[0], inputHeight);
    const right = new TapSteps(column * dilation[1] - padding[2], stride[1], inputWidth);
    const left = right.after(0);
    const end = right.after(outputWidth);
    const corners = new Int32Array(4 * pixels.length);
    for (const [i, pixel] of pixels.entries()) {
      const rows = Math.floor(pixel / outputWidth);
      const whole = down.after(rows) * rowLength;
      const cut = down.after(rows + 1) * rowLength;
      const inRow = right.after(pixel - rows * outputWidth);
      corners[4 * i] = whole + end;
      corners[4 * i + 1] = whole + inRow;
      corners[4 * i + 2] = cut + inRow;
      corners[4 * i + 3] = cut + left;
    }
    return corners;
  }
}

function isSamePlace(corners: Int32Array, at: number, other: number): boolean {
  return (
    corners[at] === corners[other] &&
    corners[at + 1] === corners[other + 1] &&
    corners[at + 2] === corners[other + 2] &&
    corners[at + 3] === corners[other + 3]
  );
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
