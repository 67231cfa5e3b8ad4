/**
 * The grid of a sweep's axes, without an object per combination: a combination is a number, its digits in the mixed
 * radix of the axes' lengths (the first axis outermost) are the values' places.
 */
import { sharedIntegersOf } from "../../../workloads/tables/profile.ts";

/** Which value each axis has, one place per axis. */
export type Places = Int32Array;

export function combinationCount(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}

/** The places of a combination, written into `places`. */
export function placesOf(
  combination: number,
  lengths: readonly number[],
  places = new Int32Array(lengths.length),
): Places {
  let rest = combination;
  for (let axis = lengths.length - 1; axis >= 0; axis--) {
    places[axis] = rest % lengths[axis];
    rest = Math.floor(rest / lengths[axis]);
  }
  return places;
}

/** The combination of these axes alone that has these places; inverse of `placesOf` where they are all axes. */
export function combinationOf(places: Places, axes: readonly number[], lengths: readonly number[]): number {
  let combination = 0;
  for (const axis of axes) combination = combination * lengths[axis] + places[axis];
  return combination;
}

/**
 * The combinations that satisfy `isKept`, in ascending order. Looks at those of `among`, or at all of the grid.
 *
 * @param isKept must not hold on to the places it is given
 */
export function keptCombinations(
  lengths: readonly number[],
  isKept: (places: Places) => boolean,
  among?: Int32Array,
): Int32Array {
  const count = among?.length ?? combinationCount(lengths);
  const kept = new Int32Array(count);
  const places = new Int32Array(lengths.length);
  let size = 0;
  for (let k = 0; k < count; k++) {
    const combination = among?.[k] ?? k;
    if (isKept(placesOf(combination, lengths, places))) kept[size++] = combination;
  }
  return sharedIntegersOf(kept.subarray(0, size));
}
