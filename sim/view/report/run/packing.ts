/**
 * Whole numbers as text for the inside of a page: zigzag (0, −1, 1, −2, … → 0, 1, 2, 3, …), seven bits to a byte with
 * the eighth set where another follows, base64. `sim/view/html/page/unpack.ts` reads them.
 */
export function packed(values: Iterable<number>): string {
  const bytes: number[] = [];
  for (const value of values) {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  }
  return Buffer.from(bytes).toString("base64");
}
