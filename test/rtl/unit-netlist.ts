/** The small scheduling units that are compared, and their netlists. */
import { optFp16, type SchedulingUnit } from "../../hw/scheduling-unit/description.ts";
import { schedulingUnitDesign } from "../../hw/synthesis/scheduling-unit.ts";
import { gateNetlist, type Netlist } from "./gates.ts";
import { rangeCountBits } from "./unit-coverage.ts";

const small = { ...optFp16, tableRows: 3, layersPerRow: 4 };
const fp32 = { format: "fp32", timeBits: 40, timeShiftBits: 0, countShiftBits: 0, scoreShiftBits: 0 } as const;

export const smallUnits = {
  shared: { ...small, name: "shared", fifoDepth: 8, tableRows: 4, layersPerRow: 6, countShiftBits: 3 },
  sharedOverlapped: { ...small, name: "shared, overlapped", fifoDepth: 5, rescoring: "overlapped", timeBits: 52 },
  separate: {
    ...small,
    name: "separate, unclamped",
    clampSlack: false,
    fifoDepth: 6,
    variant: "separate",
    eta: 1,
    countShiftBits: 3,
  },
  separateOverlapped: {
    ...small,
    name: "separate, overlapped",
    fifoDepth: 3,
    variant: "separate",
    rescoring: "overlapped",
    timeBits: 37,
    timeShiftBits: 14,
    scoreShiftBits: 9,
  },
  single: {
    ...small,
    name: "of one request",
    fifoDepth: 1,
    tableRows: 1,
    layersPerRow: 1,
    timeBits: 30,
    countShiftBits: 30,
  },
  sharedFp32: { ...small, ...fp32, name: "shared, fp32", fifoDepth: 4 },
  swp: { ...small, ...fp32, name: "of swp, fp32", policy: "swp", fifoDepth: 4 },
  swpPlus: { ...small, name: "of swp_plus", policy: "swp_plus", fifoDepth: 9, layersPerRow: 6, countShiftBits: 3 },
} as const satisfies Record<string, SchedulingUnit>;

export type SmallUnit = keyof typeof smallUnits;

export const allSmallUnits = Object.keys(smallUnits) as SmallUnit[];

/** Its count is wider than its time, so that the converter is as wide as the count. */
export const unitOfWideCounts: SchedulingUnit = {
  ...small,
  name: "of counts wider than times",
  fifoDepth: 4,
  timeBits: 30,
  timeShiftBits: 12,
  countShiftBits: 0,
};

const netlists = new Map<SchedulingUnit, Promise<Netlist>>();

/** With counters that are narrow enough to wrap. Synthesised once. */
export function unitNetlist(unit: SchedulingUnit): Promise<Netlist> {
  const known = netlists.get(unit);
  if (known !== undefined) return known;
  const netlist = gateNetlist(schedulingUnitDesign(unit, rangeCountBits), { isFast: true });
  netlists.set(unit, netlist);
  return netlist;
}
