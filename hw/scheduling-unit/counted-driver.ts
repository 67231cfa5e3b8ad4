/** The counted unit in the loop: words take cycles, decisions take cycles, the port is shut during them. */
import { CountedSchedulingUnit } from "./counted.ts";
import type { SchedulingUnit } from "./description.ts";
import { HostLink } from "./host-link.ts";
import type { Tables } from "./tables.ts";
import type { Dispatched, Host, LayerEnd, UnitDriver } from "./unit-driver.ts";

export class CountedDriver implements UnitDriver {
  private readonly unit: CountedSchedulingUnit;
  private readonly link: HostLink;
  /** The port is open from then on, until the layer's end is taken up. */
  private portOpensTicks = 0;
  private busyCycles = 0;

  /** @throws ConfigError for a unit that cannot work. */
  constructor(unit: SchedulingUnit, tables: Tables, host: Host) {
    this.unit = new CountedSchedulingUnit(unit, tables);
    this.link = new HostLink(host, this.unit);
  }

  get rangeCounts() {
    return this.unit.rangeCounts;
  }

  next(end: LayerEnd | undefined): Dispatched {
    if (end === undefined) return this.wake(0);
    // A layer that ends while the unit still renews scores waits for it.
    const takenUpTicks = Math.max(end.atTicks, this.portOpensTicks);
    this.link.send(this.portOpensTicks, takenUpTicks);
    const retireCycles = this.unit.layerDone(end.nonZeros, end.isLastLayer, end.atTicks);
    this.busyCycles += retireCycles;
    if (this.unit.requests.count === 0) return this.wake(takenUpTicks + retireCycles + 1);
    return this.decide(end.atTicks, takenUpTicks + retireCycles);
  }

  /** Idle: the next request wakes the unit, which begins the decision in the cycle after its last word. */
  private wake(idleTicks: number): Dispatched {
    const beginTicks = this.link.sendUntilAdmission(idleTicks) + 1;
    this.link.send(beginTicks, beginTicks);
    return this.decide(beginTicks, beginTicks);
  }

  /** @param forTicks the layer's end, or when the unit woke. @param afterTicks the last cycle before the decision. */
  private decide(forTicks: number, afterTicks: number): Dispatched {
    const { unit } = this;
    const { tag, cycles } = unit.decide(forTicks);
    const dispatchTicks = afterTicks + cycles;
    const startTicks = dispatchTicks + 1;
    const busyCycles = this.busyCycles + 1 + cycles;
    this.busyCycles = unit.dispatched(dispatchTicks);
    this.portOpensTicks = startTicks + this.busyCycles;
    return {
      tag,
      position: unit.running,
      queueLength: unit.requests.count,
      decidedForTicks: forTicks,
      startTicks,
      exposedCycles: startTicks - forTicks,
      busyCycles,
    };
  }
}
