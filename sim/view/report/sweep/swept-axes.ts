/** The axes of a sweep as figures show them, and which of their values. */
import type { Axis } from "../../../study/sweep/axes.ts";
import { dimensionOf } from "../../../study/sweep/keys.ts";
import { hardwareFigures } from "../../../study/sweep/sweep.ts";
import type { SweepData } from "../../../study/sweep/sweep-data.ts";

/** An axis with more than one value. */
export interface SweptAxis {
  /** Place among all axes of the sweep. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** Its name in words, with its unit. */
  readonly title: string;
  readonly labels: readonly string[];
  /** The values as numbers, where they are. */
  readonly numbers: readonly number[] | undefined;
  /** Where a configuration is, if that does not follow from the value alone. */
  readonly at?: (configuration: number) => number;
}

/** What keys are called in figures, where their own words do not say it. */
const keyWords: Readonly<Record<string, string>> = {
  slo: "SLO, multiple of the time alone",
  "arrivals.rate": "arrival rate, requests per second",
  "arrivals.fps": "frames per second",
  "arrivals.on": "length of a burst, s",
  "arrivals.off": "pause between bursts, s",
  "hardware.clock": "clock, Hz",
  "hardware.macsPerPe": "MACs per PE",
  "hardware.grid.peRows": "PE rows of a cluster",
  "hardware.grid.peColumns": "PE columns of a cluster",
  "hardware.grid.clusterRows": "rows of clusters",
  "hardware.grid.clusterColumns": "columns of clusters",
  "hardware.dram.bandwidth": "DRAM bandwidth, bytes/s",
  "hardware.buffer.activations": "activation buffer of a cluster, bytes",
  "hardware.buffer.psums": "partial-sum buffer of a cluster, bytes",
  "unit.fifoDepth": "requests that the unit holds",
  "unit.format": "number format of the unit",
  "dysta.beta": "β of Dysta",
  "dysta.eta": "η of Dysta",
  "dysta.alpha": "α of Dysta",
};

const modelKey = /^models\.(.+)\.(sparsity|pattern|weight|slo|rate)$/;
const modelWords: Readonly<Record<string, string>> = {
  sparsity: "share of zero weights",
  rate: "share of zero weights",
};

/** The words of a key: `models.*.sparsity` is the share of zero weights, `hardware.dram.latency` the dram latency. */
function wordsOf(key: string): string {
  const known = keyWords[key];
  if (known !== undefined) return known;
  const [, model, own] = modelKey.exec(key) ?? [];
  if (own !== undefined) return `${modelWords[own] ?? own}${model === "*" ? "" : ` of ${model}`}`;
  const unit = dimensionOf(key);
  const words = key.replace(/^(hardware|models)\./, "").replaceAll(/[.](?=.)/g, " ");
  const plain = words.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return `${plain}${unit === undefined ? "" : `, ${units[unit]}`}`;
}

const units = { time: "s", rate: "1/s", frequency: "Hz", bandwidth: "bytes/s", size: "bytes", energy: "J" } as const;

export function sweptAxes({ sweep }: SweepData): SweptAxis[] {
  return sweep.source.axes.flatMap((axis, index) => (axis.length > 1 ? [sweptAxis(axis, index)] : []));
}

function sweptAxis(axis: Axis, index: number): SweptAxis {
  const { keys, length } = axis;
  const [key] = keys;
  const isNumber = keys.length === 1 && key.type === "number";
  const name = keys.length === 1 ? key.name : keys.map((each) => lastPart(each.name)).join(" × ");
  return {
    index,
    id: `axis-${index + 1}`,
    name,
    title: keys.length === 1 ? wordsOf(key.name) : name,
    labels: Array.from({ length }, (_, place) => keys.map(({ shown }) => String(shown[place])).join(" × ")),
    numbers: isNumber ? key.shown.map(Number) : undefined,
  };
}

/**
 * The axis of the arrival rate as one of load, the share of the time that the array would be busy: rate × mean time of an
 * inference. Undefined where the sweep has no such axis, or the networks' times are not those of hardware with a clock.
 */
export function loadAxis(data: SweepData, axes: readonly SweptAxis[]): SweptAxis | undefined {
  const rate = axes.find(({ name }) => name === "arrivals.rate");
  const cycles = data.measures.find(({ name }) => name === "cycles");
  const clock = hardwareFigures.indexOf("clockHz");
  if (rate?.numbers === undefined || cycles === undefined) return undefined;
  const { numbers, index } = rate;
  const at = (configuration: number) => {
    const seconds =
      (data.estimate(cycles, configuration, 0)?.mean ?? Number.NaN) /
      (data.sweep.hardwareOf(configuration)[clock] ?? Number.NaN);
    return numbers[data.placesOf(configuration)[index]] * seconds;
  };
  if (!Number.isFinite(at(0))) return undefined;
  return { ...rate, id: `${rate.id}-load`, title: "load: arrival rate × mean time of an inference", at };
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
