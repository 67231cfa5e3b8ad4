/** The configurations of a sweep: combinations of values that are checked, satisfy the constraints and have hardware. */

import { sramBytes } from "../../../hw/array/description.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { networkNames, networkOf } from "../../../workloads/networks/networks.ts";
import type { HardwareChoice } from "../../../workloads/scenarios/scenario.ts";
import { sharedDoublesOf } from "../../../workloads/tables/profile.ts";
import { type Accelerator, loadAccelerator, machineFacts } from "../../profile/accelerator.ts";
import { acceleratorOf } from "../../profile/modelled-networks.ts";
import { type Axis, valueText } from "./axes.ts";
import { changed } from "./changes.ts";
import { type Expression, evaluatorOf } from "./expression.ts";
import { combinationCount, combinationOf, keptCombinations, type Places, placesOf } from "./grid.ts";
import { type AxisValue, hardwareFigures } from "./sweep.ts";
import { changesOf, type HardwareTable, hardwareRow, scenarioOfData } from "./sweep-source.ts";

interface Configurations {
  readonly kept: Int32Array;
  readonly hardware: HardwareTable;
}

interface Grid {
  readonly axes: readonly Axis[];
  readonly lengths: readonly number[];
  readonly dataAt: (places: Places) => unknown;
  /** Begins every message. */
  readonly place: string;
}

/** Combinations that are looked at, at most. */
const maxCombinations = 10_000_000;

/**
 * The configurations of a grid.
 *
 * @param place begins every message
 * @throws ConfigError for a value that the scenario or the hardware cannot have, or if no combination is left.
 */
export async function findConfigurations(
  base: unknown,
  axes: readonly Axis[],
  constraints: readonly Expression[],
  place: string,
): Promise<Configurations> {
  const changesAt = changesOf(axes, base, `${place}: axes`);
  const lengths = axes.map(({ length }) => length);
  const count = combinationCount(lengths);
  if (count > maxCombinations) {
    throw new ConfigError(
      `${place}: axes have ${count} combinations, more than the ${maxCombinations} that are looked at`,
    );
  }
  const grid: Grid = { axes, lengths, place, dataAt: (places) => changed(base, changesAt(places)) };
  await checkFirstValues(grid, base, changesAt);
  await checkOtherValues(grid);
  return constrained(grid, constraints);
}

/** The first value of each axis; a mistake is that of the axis with which it comes. */
async function checkFirstValues(
  { axes, place }: Grid,
  base: unknown,
  changesAt: ReturnType<typeof changesOf>,
): Promise<void> {
  const changes = changesAt(new Int32Array(axes.length));
  const complaintWith = (count: number) => {
    const known = new Set(axes.slice(0, count).flatMap(({ keys }) => keys.map(({ name }) => name)));
    return complaintAbout(
      changed(
        base,
        changes.filter(({ key }) => known.has(key)),
      ),
    );
  };
  const complaint = await complaintWith(axes.length);
  if (complaint === undefined) return;
  let blamed = axes.length;
  while (blamed > 0 && (await complaintWith(blamed - 1)) === complaint) blamed -= 1;
  if (blamed === 0) throw new ConfigError(`${place}: scenario: ${complaint}`);
  throw new ConfigError(
    `${place}: axis ${axes[blamed - 1].name}, value ${valueText(axes[blamed - 1], 0)}: ${complaint}`,
  );
}

/** Every other value, with the first of all other axes. */
async function checkOtherValues({ axes, dataAt, place }: Grid): Promise<void> {
  const places = new Int32Array(axes.length);
  for (const [k, axis] of axes.entries()) {
    for (let value = 1; value < axis.length; value++) {
      places[k] = value;
      const complaint = await complaintAbout(dataAt(places));
      if (complaint !== undefined)
        throw new ConfigError(`${place}: axis ${axis.name}, value ${valueText(axis, value)}: ${complaint}`);
    }
    places[k] = 0;
  }
}

/** What is wrong with a scenario's data or the hardware in them, in one line; undefined if nothing is. */
async function complaintAbout(data: unknown): Promise<string | undefined> {
  try {
    const scenario = await scenarioOfData(data, "");
    const { models = [], table } = scenario;
    await acceleratorOf(scenario);
    const unknown =
      table.length > 0
        ? undefined
        : models.find(({ model, network }) => network === undefined && !networkNames.includes(model));
    if (unknown !== undefined) networkOf(unknown.model);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace(/^scenario : /, "");
    throw error;
  }
}

async function constrained(grid: Grid, constraints: readonly Expression[]): Promise<Configurations> {
  const { lengths } = grid;
  const needsHardware = ({ columns }: Expression) => hardwareFigures.some((figure) => columns.includes(figure));
  const before = constraints.filter((each) => !needsHardware(each));
  const after = constraints.filter(needsHardware);
  const allowed = keptCombinations(lengths, satisfies(grid, before, undefined));
  const hardware = await hardwareTable(grid, allowed);
  const kept = after.length === 0 ? allowed : keptCombinations(lengths, satisfies(grid, after, hardware), allowed);
  if (kept.length > 0) return { kept, hardware };
  const count = combinationCount(lengths);
  const texts = constraints.map(({ text }) => text).join(", ");
  throw new ConfigError(`${grid.place}: where: none of ${count} combinations satisfies ${texts}`);
}

/** Whether a combination satisfies all constraints. */
function satisfies(
  grid: Grid,
  constraints: readonly Expression[],
  hardware: HardwareTable | undefined,
): (places: Places) => boolean {
  const checks = constraints.map((expression) => ({
    text: expression.text,
    values: expression.columns.map((column) => columnReader(column, grid, hardware)),
    evaluate: evaluatorOf(expression),
  }));
  return (places) =>
    checks.every(({ text, values, evaluate }) => {
      const row = values.map((read) => read(places));
      if (!row.some(Number.isNaN)) return evaluate(row);
      throw new ConfigError(`${grid.place}: where: ${text} needs what is not known of this hardware`);
    });
}

/** How the value of a swept key or hardware figure is found; NaN where unknown. */
function columnReader(
  column: string,
  { axes, lengths }: Grid,
  hardware: HardwareTable | undefined,
): (places: Places) => AxisValue {
  for (const [axis, { keys }] of axes.entries()) {
    const key = keys.find(({ name }) => name === column);
    if (key !== undefined) return (places) => key.shown[places[axis]];
  }
  const figure = (hardwareFigures as readonly string[]).indexOf(column);
  return (places) => (hardware === undefined ? Number.NaN : hardwareRow(hardware, places, lengths)[figure]);
}

/** Figures of the hardware of every combination in `among`. */
async function hardwareTable({ axes, lengths, dataAt }: Grid, among: Int32Array): Promise<HardwareTable> {
  const ofHardware = [...axes.keys()].filter((axis) =>
    axes[axis].keys.some(({ name }) => name === "hardware" || name.startsWith("hardware.")),
  );
  const count = combinationCount(ofHardware.map((axis) => lengths[axis]));
  const figures = sharedDoublesOf(new Float64Array(count * hardwareFigures.length).fill(Number.NaN));
  const seen = new Set<number>();
  for (const combination of among) {
    const places = placesOf(combination, lengths);
    const own = combinationOf(places, ofHardware, lengths);
    if (seen.has(own)) continue;
    seen.add(own);
    const { hardware } = dataAt(places) as { readonly hardware?: HardwareChoice };
    if (hardware !== undefined) figures.set(await figuresOf(hardware), own * hardwareFigures.length);
  }
  return { axes: ofHardware, figures };
}

/** In the order of `hardwareFigures`. */
async function figuresOf(choice: HardwareChoice): Promise<number[]> {
  const accelerator = await loadAccelerator(choice);
  return [
    machineFacts(accelerator).peCount,
    machineFacts(accelerator).peakMacsPerCycle,
    sramOf(accelerator),
    accelerator.hardware.clockHz,
  ];
}

/** Bytes; NaN where it is not known. */
function sramOf(accelerator: Accelerator): number {
  if (accelerator.kind === "array") return sramBytes(accelerator.hardware);
  return accelerator.kind === "attention" ? accelerator.hardware.bufferBytes : Number.NaN;
}
