import type { Difference, Value } from "./part.ts";

/** Differences kept with a part; the rest are counted. */
const keptDifferences = 20;

/** Counts compared values and collects those that differ. Places are described only when something differs there. */
export class Comparison {
  compared = 0;
  differenceCount = 0;
  readonly differences: Difference[] = [];

  /** Equal to the last bit; NaN equals NaN. */
  exact(recorded: Value, replayed: Value, where: () => string): void {
    this.note(recorded === replayed || Object.is(recorded, replayed), recorded, replayed, where);
  }

  /** Equal within `tolerance` × the larger of the two. */
  near(recorded: number, replayed: number, tolerance: number, where: () => string): void {
    this.within(recorded, replayed, tolerance * Math.max(Math.abs(recorded), Math.abs(replayed)), where);
  }

  /** Equal within an absolute `margin`. */
  within(recorded: number, replayed: number, margin: number, where: () => string): void {
    this.note(recorded === replayed || Math.abs(recorded - replayed) <= margin, recorded, replayed, where);
  }

  /** Same length, named by `lengthPlace`, and each value equal to the last bit. */
  exactList(
    recorded: ArrayLike<number>,
    replayed: ArrayLike<number>,
    lengthPlace: string,
    place: (index: number) => string,
  ): void {
    this.exact(recorded.length, replayed.length, () => lengthPlace);
    const common = Math.min(recorded.length, replayed.length);
    for (let index = 0; index < common; index++) this.exact(recorded[index], replayed[index], () => place(index));
  }

  /** Takes over what another checker compared and found. */
  adopt(compared: number, differences: readonly Difference[]): void {
    this.compared += compared;
    this.differenceCount += differences.length;
    this.differences.push(...differences.slice(0, keptDifferences - this.differences.length));
  }

  private note(isEqual: boolean, recorded: Value, replayed: Value, where: () => string): void {
    this.compared += 1;
    if (isEqual) return;
    this.differenceCount += 1;
    if (this.differences.length === keptDifferences) return;
    this.differences.push({ where: where(), recorded: printable(recorded), replayed: printable(replayed) });
  }
}

/** JSON has no NaN and no infinity. */
function printable(value: Value): Value {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
