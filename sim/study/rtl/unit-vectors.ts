/**
 * Vectors of a run that the scheduling unit dispatches: a reset, the words that load the tables, then every cycle in which
 * the unit has anything to do. Cycles in which it waits are left out; `clock_ticks` goes on over them.
 */
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import { quietInputs, SteppedSchedulingUnit, type UnitInputs } from "../../../hw/scheduling-unit/stepped.ts";
import { SteppedDriver } from "../../../hw/scheduling-unit/stepped-driver.ts";
import type { Tables } from "../../../hw/scheduling-unit/tables.ts";
import type { Host, UnitDriver } from "../../../hw/scheduling-unit/unit-driver.ts";
import { tableWords, type Word } from "../../../hw/scheduling-unit/words.ts";
import { type Dispatcher, watched } from "../../core/dispatcher.ts";
import type { DispatchedLayer, HardwareDispatcher } from "../../core/hardware-dispatcher.ts";
import type { Workload } from "../../core/workload.ts";
import { countPins, countPort, hostPins, hostPorts, unitOutputs, unitPins } from "./unit-pins.ts";
import { VectorWriter } from "./vectors.ts";

/** Sees a run and writes what it sees. */
export interface RunRecorder {
  readonly writer: VectorWriter;
  /** The unit that is recorded. */
  driver(tables: Tables, host: Host): UnitDriver;
  /** A layer ran; told before the unit learns of its end. */
  layerRan(layer: DispatchedLayer): void;
}

/** The dispatcher of a run, whose layers the recorder is told of. */
export function recorded(dispatcher: HardwareDispatcher, recorder: RunRecorder): Dispatcher {
  return watched(dispatcher, {
    onLayerEnd: () => {
      if (dispatcher.lastLayer !== undefined) recorder.layerRan(dispatcher.lastLayer);
    },
  });
}

/** The words that load the rows in use; loading takes no part in a run. */
export function loadingWords(unit: SchedulingUnit, tables: Tables): readonly Word[] {
  return tableWords(tables).filter(isOfARowInUse(unit, tables.rows));
}

/** Whether a word belongs to an entry of the first `rows` rows; the address comes before the entry's words. */
function isOfARowInUse(
  { layersPerRow, tableRows }: SchedulingUnit,
  rows: number,
): (word: Word, index: number) => boolean {
  const wordsPerLayer = 4;
  const layerWords = wordsPerLayer * tableRows * layersPerRow;
  return (_, index) =>
    index < layerWords
      ? Math.floor(index / (wordsPerLayer * layersPerRow)) < rows
      : Math.floor((index - layerWords) / 2) < rows;
}

export class UnitRecorder implements RunRecorder {
  readonly writer: VectorWriter;
  private readonly unit: SchedulingUnit;
  private before: readonly bigint[] = [];

  /** @param limit cycles that are recorded at most. */
  constructor(unit: SchedulingUnit, limit: number) {
    this.unit = unit;
    this.writer = new VectorWriter([...hostPorts(unit), countPort], unitOutputs(unit), limit);
  }

  driver(tables: Tables, host: Host): UnitDriver {
    const { unit, writer } = this;
    const fresh = unitPins(new SteppedSchedulingUnit(unit));
    const row = (inputs: UnitInputs, isReset: boolean) =>
      writer.row([...hostPins(unit, inputs, isReset), 0n], isReset ? fresh.map(() => -1n) : fresh);
    row(quietInputs(0), true);
    for (const word of loadingWords(unit, tables)) row({ ...quietInputs(0), ...word }, false);
    this.before = fresh;
    return new SteppedDriver(unit, tables, host, (model, inputs) => this.observe(model, inputs));
  }

  layerRan(): void {
    // The end comes with the unit's inputs.
  }

  private observe(model: SteppedSchedulingUnit, inputs: UnitInputs): void {
    this.writer.row([...hostPins(this.unit, inputs), countPins(inputs.nonZeros)], this.before);
    this.before = unitPins(model);
  }
}

/** Non-zero outputs at equal distances: the count of the layer, at positions that no mask had. */
export function isNonZero(index: number, outputs: number, nonZeros: number): boolean {
  return Math.floor(((index + 1) * nonZeros) / outputs) > Math.floor((index * nonZeros) / outputs);
}

/** Outputs of a layer that ran. @throws Error for a table that does not know them. */
export function outputsOf({ requests, profiles }: Workload, { request, layer, end }: DispatchedLayer): number {
  const { outputs } = profiles[requests.profile[request]];
  if (outputs === undefined) return end.nonZeros;
  return outputs[layer];
}
