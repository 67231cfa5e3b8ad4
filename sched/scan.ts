/** Position of the smallest of the first `count` values; of equal ones the first. NaN is never smaller. */
export function firstSmallest(values: ArrayLike<number>, count: number): number {
  let best = 0;
  let least = values[0];
  for (let position = 1; position < count; position++) {
    if (values[position] < least) {
      best = position;
      least = values[position];
    }
  }
  return best;
}
