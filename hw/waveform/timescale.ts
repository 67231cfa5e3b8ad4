/** How cycles become the times of a VCD file, which are whole numbers of 1, 10 or 100 s, ms, µs, ns or ps. */

interface Timescale {
  /** As `$timescale` takes it. */
  readonly unit: string;
  readonly unitsPerCycle: number;
  /** For people: how long a cycle is in the file. */
  readonly remark: string;
}

const unitNames = ["ps", "ns", "us", "ms", "s"];
const maxExponent = 3 * unitNames.length - 1;

/** The largest unit in which half a cycle is a whole number; without one, 2 units a cycle whatever its length. */
export function timescaleOf(secondsPerCycle: number): Timescale {
  const exact = secondsPerCycle * 1e12;
  const picoseconds = Math.round(exact);
  if (picoseconds < 2 || Math.abs(exact - picoseconds) > exact * 1e-9) {
    return {
      unit: "1 ns",
      unitsPerCycle: 2,
      remark: `A cycle is 2 units of time here, not its ${secondsPerCycle} s, which are no whole number of picoseconds.`,
    };
  }
  let exponent = 0;
  while (exponent < maxExponent && picoseconds % (2 * 10 ** (exponent + 1)) === 0) exponent += 1;
  const unit = `${10 ** (exponent % 3)} ${unitNames[Math.floor(exponent / 3)]}`;
  const unitsPerCycle = picoseconds / 10 ** exponent;
  return { unit, unitsPerCycle, remark: `A cycle is ${unitsPerCycle} units of time.` };
}
