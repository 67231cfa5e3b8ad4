/**
 * Sizes between those that were chosen: whether a smaller array than the smallest that reaches the target does so too.
 *
 * Violations do not fall steadily as an array grows, so nothing is concluded about a size that was not run. First each axis
 * of the array (rows and columns of clusters, of PEs) is halved by itself between a size that is too small and the one that
 * reaches the target, all axes in turn; then the neighbours of the smallest that has reached it are tried, the largest first:
 * one axis a step shorter, or one a step shorter and another a step longer.
 */
import { type Axis, axes } from "../../../hw/array/description.ts";
import { pesIn, type Shape, shapeText } from "./shape.ts";

/** Sizes tried beyond those chosen, at most. */
export const maxTrials = 8;

interface Trial {
  readonly shape: Shape;
  readonly reaches: boolean;
}

/**
 * @param chosen sizes that have been run, all with the same MACs per PE
 * @param least PEs at least
 * @param run runs a size; undefined where it is not to be run, which is no trial
 */
export async function searchSizes(
  chosen: readonly Trial[],
  least: number,
  run: (shape: Shape) => Promise<boolean | undefined>,
): Promise<void> {
  const reaching = chosen.filter(({ reaches }) => reaches).toSorted((a, b) => pesIn(a.shape) - pesIn(b.shape));
  if (reaching.length > 0) await new SizeSearch(chosen, reaching[0].shape, least, run).run();
}

class SizeSearch {
  private readonly known: Map<string, boolean | undefined>;
  private readonly tryShape: (shape: Shape) => Promise<boolean | undefined>;
  /** Sizes of so many PEs and fewer are not tried: the largest that is smaller and did not reach the target had as many. */
  private readonly tooFew: number;
  private smallest: Shape;
  private left = maxTrials;

  constructor(
    chosen: readonly Trial[],
    smallest: Shape,
    least: number,
    tryShape: (shape: Shape) => Promise<boolean | undefined>,
  ) {
    this.known = new Map(chosen.map(({ shape, reaches }) => [shapeText(shape), reaches]));
    this.smallest = smallest;
    this.tryShape = tryShape;
    const smaller = chosen.map(({ shape }) => pesIn(shape)).filter((pes) => pes < pesIn(smallest));
    this.tooFew = Math.max(least - 1, ...smaller);
  }

  async run(): Promise<void> {
    await this.halveAxes();
    while (this.left > 0) if (!(await this.tryNeighbours())) return;
  }

  private async halveAxes(): Promise<void> {
    const from = this.smallest;
    const brackets = axes.map((axis) => ({ axis, low: this.tooShort(from, axis), high: from[axis] }));
    const isOpen = ({ low, high }: (typeof brackets)[number]) => high - low > 1;
    while (this.left > 0 && brackets.some(isOpen)) {
      for (const bracket of brackets.filter(isOpen)) {
        const middle = Math.floor((bracket.low + bracket.high) / 2);
        const reaches = await this.reaches({ ...from, [bracket.axis]: middle });
        if (reaches === true) bracket.high = middle;
        else bracket.low = middle;
      }
    }
  }

  /** The longest of the axis at which the array has too few PEs. */
  private tooShort(shape: Shape, axis: Axis): number {
    return Math.min(shape[axis] - 1, Math.floor((this.tooFew * shape[axis]) / pesIn(shape)));
  }

  /** @returns whether a smaller one reaches the target. */
  private async tryNeighbours(): Promise<boolean> {
    const from = this.smallest;
    const smaller = neighbours(from).filter((shape) => pesIn(shape) < pesIn(from) && pesIn(shape) > this.tooFew);
    for (const shape of smaller.toSorted((a, b) => pesIn(b) - pesIn(a))) {
      if (this.known.has(shapeText(shape))) continue;
      if ((await this.reaches(shape)) === true) return true;
    }
    return false;
  }

  private async reaches(shape: Shape): Promise<boolean | undefined> {
    const key = shapeText(shape);
    if (this.known.has(key)) return this.known.get(key);
    if (this.left === 0) return undefined;
    const reaches = await this.tryShape(shape);
    if (reaches !== undefined) this.left -= 1;
    this.known.set(key, reaches);
    if (reaches === true && pesIn(shape) < pesIn(this.smallest)) this.smallest = shape;
    return reaches;
  }
}

function neighbours(shape: Shape): Shape[] {
  return axes.flatMap((shorter) => {
    if (shape[shorter] === 1) return [];
    const less = { ...shape, [shorter]: shape[shorter] - 1 };
    const longer = axes.filter((axis) => axis !== shorter).map((axis) => ({ ...less, [axis]: less[axis] + 1 }));
    return [less, ...longer];
  });
}
