/** The axes of a sweep as figures show them, and which of their values. */
import type { Axis } from "../../../study/sweep/axes.ts";
import { dimensionOf } from "../../../study/sweep/keys.ts";
import type { SweepData } from "./sweep-data.ts";

/** An axis with more than one value. */
export interface SweptAxis {
  /** Place among all axes of the sweep. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** The name with its unit. */
  readonly title: string;
  readonly labels: readonly string[];
  /** The values as numbers, where they are. */
  readonly numbers: readonly number[] | undefined;
}

const units = { time: "s", rate: "1/s", frequency: "Hz", bandwidth: "bytes/s", size: "bytes", energy: "J" } as const;

export function sweptAxes({ sweep }: SweepData): SweptAxis[] {
  return sweep.source.axes.flatMap((axis, index) => (axis.length > 1 ? [sweptAxis(axis, index)] : []));
}

function sweptAxis(axis: Axis, index: number): SweptAxis {
  const { keys, length } = axis;
  const [key] = keys;
  const isNumber = keys.length === 1 && key.type === "number";
  const dimension = dimensionOf(key.name);
  const name = keys.length === 1 ? key.name : keys.map((each) => lastPart(each.name)).join(" × ");
  const unit = keys.length === 1 && dimension !== undefined ? `, ${units[dimension]}` : "";
  return {
    index,
    id: `axis-${index + 1}`,
    name,
    title: `${name}${unit}`,
    labels: Array.from({ length }, (_, place) => keys.map(({ shown }) => String(shown[place])).join(" × ")),
    numbers: isNumber ? key.shown.map(Number) : undefined,
  };
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

/** The value of an axis with its name. */
export function axisValueText({ name, labels }: SweptAxis, place: number): string {
  return `${name} ${labels[place]}`;
}

/** `count` of `length` places, the first and the last among them; of one, the middle. */
export function evenlySpaced(length: number, count: number): number[] {
  if (count >= length) return Array.from({ length }, (_, place) => place);
  if (count === 1) return [Math.floor((length - 1) / 2)];
  return Array.from({ length: count }, (_, k) => Math.round((k * (length - 1)) / (count - 1)));
}

/** Places of each axis so that their combinations are `most` or fewer: values are left out of the longest axes first. */
export function fewEnough(axes: readonly SweptAxis[], most: number): number[][] {
  const counts = axes.map(({ labels }) => labels.length);
  const product = () => counts.reduce((all, count) => all * count, 1);
  while (product() > Math.max(1, most)) counts[counts.indexOf(Math.max(...counts))] -= 1;
  return axes.map(({ labels }, k) => evenlySpaced(labels.length, counts[k]));
}

/** Every combination of one place of each list, the first list outermost. */
export function combinations(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((all, list) => all.flatMap((some) => list.map((place) => [...some, place])), [[]]);
}

/** The configuration with these places of the swept axes; undefined where the sweep's constraints leave none. */
export function configurationFinder(data: SweepData): (places: ReadonlyMap<SweptAxis, number>) => number | undefined {
  const { source } = data.sweep;
  const configurations = new Map(Array.from(source.kept, (combination, k) => [combination, k]));
  const lengths = source.axes.map(({ length }) => length);
  return (places) => {
    const byIndex = new Map([...places].map(([{ index }, place]) => [index, place]));
    const combination = lengths.reduce((all, length, axis) => all * length + (byIndex.get(axis) ?? 0), 0);
    return configurations.get(combination);
  };
}
