/**
 * The scheduling unit's track: decisions on the critical path, what it does beside the layers, and retirements before it
 * falls idle.
 */
import { retireCycles } from "../../../hw/scheduling-unit/latencies.ts";
import type { UnitDecision, UnitTiming } from "./timing.ts";
import { TraceClock, type TraceEvent, type Track } from "./trace-events.ts";

export function* unitEvents(track: Track, { secondsPerTick, decisions }: UnitTiming): Iterable<TraceEvent> {
  const clock = new TraceClock(secondsPerTick);
  let layerBeginTicks = 0;
  for (const decision of decisions) {
    const { tag, queueLength, decidedForTicks, startTicks, exposedCycles, busyCycles } = decision.dispatched;
    for (const { name, fromTicks, cycles } of workBefore(decision, layerBeginTicks)) {
      yield clock.slice(track, name, [fromTicks, fromTicks + cycles], { backgroundCycles: cycles });
    }
    const args = { request: tag, queue: queueLength, exposedCycles, busyCycles };
    yield clock.slice(track, "decide", [decidedForTicks, startTicks], args);
    layerBeginTicks = startTicks;
  }
}

interface Work {
  readonly name: "rescore" | "retire";
  readonly fromTicks: number;
  readonly cycles: number;
}

/** The part of `busyCycles` that held no layer back: beside the layer before, and after it if nothing was left to run. */
function workBefore({ layerEndTicks, dispatched }: UnitDecision, layerBeginTicks: number): Work[] {
  const { decidedForTicks, busyCycles, exposedCycles } = dispatched;
  if (layerEndTicks === undefined || busyCycles === exposedCycles) return [];
  const retirementCycles = decidedForTicks > layerEndTicks ? retireCycles(1, 0) : 0;
  const besideCycles = busyCycles - exposedCycles - retirementCycles;
  const rescore: Work = { name: "rescore", fromTicks: layerBeginTicks, cycles: besideCycles };
  const idleFromTicks = Math.max(layerEndTicks, layerBeginTicks + besideCycles);
  const retire: Work = { name: "retire", fromTicks: idleFromTicks, cycles: retirementCycles };
  return [rescore, retire].filter(({ cycles }) => cycles > 0);
}
