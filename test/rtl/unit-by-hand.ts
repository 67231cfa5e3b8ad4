/** A scheduling unit's netlist driven by hand: one word per cycle, then as many cycles as a dispatch takes. */
import { type SchedulingUnit, tagBits } from "../../hw/scheduling-unit/description.ts";
import { commands } from "../../hw/scheduling-unit/words.ts";
import type { NetlistSimulation } from "./netlist.ts";

/** Resets the unit and loads entry 0 of its tables with these patterns. */
export function resetAndLoad(simulation: NetlistSimulation, pattern: number): void {
  for (const port of ["command", "data", "clock_ticks", "non_zeros"]) simulation.write(port, 0);
  for (const port of ["is_accelerator_ready", "is_layer_done", "is_last_layer"]) simulation.write(port, 0);
  simulation.write("reset", 1);
  simulation.clock();
  simulation.write("reset", 0);
  sendWord(simulation, commands.address, 0);
  for (const command of [commands.remaining, commands.density, commands.shape, commands.isolated]) {
    sendWord(simulation, command, pattern);
  }
}

export function sendWord(simulation: NetlistSimulation, command: number, data: number): void {
  simulation.write("command", command);
  simulation.write("data", data);
  simulation.clock();
  simulation.write("command", commands.none);
}

/** Requests of row 0 with these initial scores, as patterns; tags 1, 2, … @returns the tag that is dispatched first. */
export function firstDispatch(simulation: NetlistSimulation, unit: SchedulingUnit, scores: readonly number[]): number {
  scores.forEach((score, index) => {
    sendWord(simulation, commands.tag, (index + 1) % 2 ** tagBits);
    sendWord(simulation, commands.deadline, 0);
    sendWord(simulation, commands.score, score);
  });
  simulation.write("is_accelerator_ready", 1);
  for (let cycle = 0; cycle < 2 * unit.fifoDepth + 4; cycle++) {
    if (simulation.value("is_dispatch", 0) === 1) return simulation.value("dispatch_tag", 0);
    simulation.clock();
  }
  throw new Error("no dispatch");
}
