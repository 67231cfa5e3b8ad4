/** Arrays that are tried: a shape, and values of keys of a hardware file. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { HardwareChoice } from "../../../workloads/scenarios/scenario.ts";
import { readAxis } from "../sweep/axes.ts";
import { changed } from "../sweep/changes.ts";
import type { AxisValue } from "../sweep/sweep.ts";
import { hardwareWithShape, type Shape } from "./shape.ts";

/** A key of a hardware file with one of its values. */
interface KeyValue {
  /** Dotted, e.g. `buffer.activations`. */
  readonly key: string;
  readonly value: unknown;
  /** In base units. */
  readonly shown: AxisValue;
}

export interface ArrayChoice {
  readonly shape: Shape;
  readonly keys: readonly KeyValue[];
}

/** A key of a hardware file with all values that it takes. */
type HardwareAxis = readonly KeyValue[];

/** Every shape with every combination of the axes' values, the last axis fastest. */
export function arrayChoices(shapes: readonly Shape[], axes: readonly HardwareAxis[]): ArrayChoice[] {
  const combinations = axes.reduce<readonly (readonly KeyValue[])[]>(
    (before, axis) => before.flatMap((keys) => axis.map((value) => [...keys, value])),
    [[]],
  );
  return shapes.flatMap((shape) => combinations.map((keys) => ({ shape, keys })));
}

/** The hardware of a scenario with another shape and other values, as keys of a hardware file. */
export function hardwareOfChoice(base: HardwareChoice, { shape, keys }: ArrayChoice): HardwareChoice {
  const changes = keys.map(({ key, value, shown }) => ({
    ...{ key: `hardware.${key}`, value, shown },
    paths: [["hardware", ...key.split(".")]],
  }));
  const data = changed({ hardware: hardwareWithShape(base, shape) }, changes);
  return (data as { readonly hardware: HardwareChoice }).hardware;
}

/** What other options are for. */
const elsewhere = /^(grid(\.|$)|macsPerPe$|preset$|name$)/;

/**
 * The axes in a text like `buffer.activations=1.5KiB,3KiB,dram.bandwidth=12.8 GB/s`.
 *
 * @throws ConfigError for an unknown key, a value that is none, and a key of the shape or named twice.
 */
export async function parseAxes(text: string): Promise<HardwareAxis[]> {
  const values = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const word of text.split(",").map((each) => each.trim())) {
    const [, key, first = word] = /^([^=]+?)\s*=\s*(.*)$/.exec(word) ?? [];
    if (key !== undefined) {
      if (values.has(key)) throw new ConfigError(`--axis: ${key} is named twice`);
      current = [];
      values.set(key, current);
    }
    if (current === undefined || first === "") {
      throw new ConfigError(`--axis must be KEY=VALUE,VALUE, e.g. buffer.activations=1.5KiB,3KiB, is "${text}"`);
    }
    current.push(first);
  }
  return Promise.all([...values].map(([key, words]) => hardwareAxis(key, words)));
}

async function hardwareAxis(key: string, words: readonly string[]): Promise<HardwareAxis> {
  if (elsewhere.test(key)) throw new ConfigError(`--axis: ${key} is for --shapes, --pes, --macs-per-pe and --hardware`);
  const axis = await readAxis(`hardware.${key}`, words.map(typed), "--axis", process.cwd());
  const [{ values, shown }] = axis.keys;
  return values.map((value, k) => ({ key, value, shown: shown[k] }));
}

/** A word as YAML would read it. */
function typed(word: string): string | number | boolean {
  if (word === "true" || word === "false") return word === "true";
  return word !== "" && Number.isFinite(Number(word)) ? Number(word) : word;
}
