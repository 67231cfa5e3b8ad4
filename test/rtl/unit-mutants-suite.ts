/**
 * Is a scheduling unit with one mistake in its netlist told from the right one? The tests of
 * `test/rtl/unit-mutants.test.ts` (short) and `test/second-suite/rtl-unit-mutants.test.ts` (long).
 */
import { beforeAll, describe, expect, it } from "vitest";
import { Dice } from "../hw/array/random-case.ts";
import type { NetBit, Netlist } from "./gates.ts";
import { randomMutants } from "./mutants.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { flipFlop, memoryCell } from "./netlist-order.ts";
import { smallUnits, unitNetlist } from "./unit-netlist.ts";
import { replayUnit, UnitRecorder, type UnitRecording } from "./unit-twin.ts";

const unit = smallUnits.shared;
let netlist: Netlist;
let recordings: readonly UnitRecording[];

function isCaught(mutant: Netlist): boolean {
  const simulation = new NetlistSimulation(mutant, randomPowerUp(1));
  return recordings.some((recorded) => replayUnit(simulation, recorded) !== undefined);
}

/** The netlist with other pins at one of its cells. */
function withPins(
  found: (cell: Netlist["cells"][string]) => boolean,
  pins: Record<string, readonly NetBit[]>,
): Netlist {
  const entry = Object.entries(netlist.cells).find(([, cell]) => found(cell));
  if (entry === undefined) throw new Error("no such cell");
  const [name, cell] = entry;
  const changed = { ...cell, connections: { ...cell.connections, ...pins } };
  return { ...netlist, cells: { ...netlist.cells, [name]: changed } };
}

/** The highest bit of a register that is no constant, stuck at a value. */
function stuck(register: string, value: "0" | "1"): Netlist {
  const bits = netlist.netnames[register]?.bits;
  if (bits === undefined) throw new Error(`no register ${register}`);
  const top = bits.findLast((bit) => typeof bit === "number");
  return withPins(({ type, connections }) => type === flipFlop && connections.Q[0] === top, { D: [value] });
}

function memoryPins(memory: string, pin: string): NetBit[] {
  const cell = Object.values(netlist.cells).find(({ parameters }) => parameters.MEMID === `\\${memory}`);
  return [...(cell?.connections[pin] ?? [])];
}

function withMemoryPins(memory: string, pin: string, bits: readonly NetBit[]): Netlist {
  return withPins(({ type, parameters }) => type === memoryCell && parameters.MEMID === `\\${memory}`, { [pin]: bits });
}

export const allRegisters = [
  "state",
  "request_count",
  "is_dispatch",
  "dispatch_tag",
  "time_saturations",
  "count_saturations",
  "non_finite_scores",
  "word_address_q",
  "row_held_q",
  "non_zeros_held_q",
  "least_score_q",
  "u_controller.is_end_held_q",
  "u_controller.is_last_held_q",
  "u_controller.end_ticks_held_q",
  "u_controller.running_q",
  "u_controller.position_q",
  "u_controller.coefficient_cycle_q",
  "u_controller.in_pipeline_q",
  "u_controller.position_in_pipeline_q[7]",
  "u_controller.is_layer_ended_q",
  "u_controller.is_odd_q",
  "u_controller.now_ticks_q",
  "u_requests.address_q",
  "u_tables.remaining_q",
  "u_tables.per_density_q",
  "u_tables.per_output_q",
  "u_tables.per_isolated_q",
  "u_compute.integer_held_q",
  "u_compute.seconds_q",
  "u_compute.is_count_large",
  "u_compute.remaining_held_q[0]",
  "u_compute.remaining_held_q[4]",
  "u_compute.slack_q",
  "u_compute.weighed_q",
];

export const allMemories = [
  "u_requests.tags",
  "u_requests.rows",
  "u_requests.layers",
  "u_requests.deadlines",
  "u_requests.last_runs",
  "u_requests.coefficients",
  "u_requests.scores",
  "u_tables.remaining_table",
  "u_tables.per_density_table",
  "u_tables.per_output_table",
  "u_tables.per_isolated_table",
];

export interface MutantSuiteSize {
  readonly registers: readonly string[];
  readonly memories: readonly string[];
  /** Cells with a mistake, and how many of them may go unnoticed. */
  readonly cells: number;
  readonly unnoticed: number;
  /** Recordings of 16000 cycles that a mutant may need until it is noticed. */
  readonly pieces: number;
}

export function mistakesAreNoticed({ registers, memories, cells, unnoticed, pieces }: MutantSuiteSize): void {
  beforeAll(async () => {
    netlist = await unitNetlist(unit);
    const recorder = new UnitRecorder(unit, 3);
    recordings = Array.from({ length: pieces }, () => recorder.record(500));
  });

  describe("a mistake is noticed", () => {
    it.each(registers)("the highest bit of %s stuck at 0, or at 1", (register) => {
      expect([isCaught(stuck(register, "0")), isCaught(stuck(register, "1"))]).toEqual([true, true]);
    });

    it.each(memories)("%s: an address or data bit missing, always or never written", (memory) => {
      for (const pin of ["RD_ADDR", "WR_ADDR", "WR_DATA", "WR_EN"]) {
        const bits = memoryPins(memory, pin);
        expect(isCaught(withMemoryPins(memory, pin, [...bits.slice(0, -1), "0"])), `highest bit of ${pin}`).toBe(true);
      }
      const enables = memoryPins(memory, "WR_EN");
      const always = withMemoryPins(
        memory,
        "WR_EN",
        enables.map(() => "1"),
      );
      expect(isCaught(always), "always written").toBe(true);
    });

    it(`in all but ${unnoticed} of ${cells} cells, taken at random`, () => {
      // What survives are bits of products with constants (eta, 1 / queue length) that never occur, and registers that
      // are turned twice before they are read.
      const survivors = randomMutants(netlist, new Dice(11), cells).filter(({ netlist: mutant }) => !isCaught(mutant));
      expect(survivors.length, survivors.map(({ mistake }) => mistake).join("\n")).toBeLessThanOrEqual(unnoticed);
    });
  });

  it("no mistake is noticed where there is none", () => {
    expect(isCaught(netlist)).toBe(false);
  });
}
