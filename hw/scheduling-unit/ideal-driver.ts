/**
 * The counted unit in the loop at no cost: a request is admitted when it arrives (or as soon as there is room), and a
 * layer begins when the last one ends. Times may be in any unit, whole or not.
 */
import { CountedSchedulingUnit } from "./counted.ts";
import type { SchedulingUnit } from "./description.ts";
import type { Tables } from "./tables.ts";
import type { Dispatched, Host, LayerEnd, UnitDriver } from "./unit-driver.ts";

export class IdealDriver implements UnitDriver {
  private readonly unit: CountedSchedulingUnit;
  private readonly host: Host;
  private tag = 0;

  /** @throws ConfigError for a unit that cannot work. */
  constructor(unit: SchedulingUnit, tables: Tables, host: Host) {
    this.unit = new CountedSchedulingUnit(unit, tables);
    this.host = host;
  }

  get rangeCounts() {
    return this.unit.rangeCounts;
  }

  next(end: LayerEnd | undefined): Dispatched {
    const { unit } = this;
    if (end !== undefined) unit.layerDone(end.nonZeros, end.isLastLayer, end.atTicks);
    const nowTicks = this.waitForRequest(end?.atTicks ?? 0);
    this.admitArrived(nowTicks);
    const { tag } = unit.decide(nowTicks);
    unit.dispatched(nowTicks);
    return {
      tag,
      position: unit.running,
      queueLength: unit.requests.count,
      decidedForTicks: nowTicks,
      startTicks: nowTicks,
      exposedCycles: 0,
      busyCycles: 0,
    };
  }

  private waitForRequest(nowTicks: number): number {
    if (this.unit.requests.count > 0) return nowTicks;
    return Math.max(nowTicks, this.host.request(this.tag)?.arrivalTicks ?? nowTicks);
  }

  private admitArrived(nowTicks: number): void {
    const { host, unit } = this;
    while (!unit.requests.isFull) {
      const request = host.request(this.tag);
      if (request === undefined || request.arrivalTicks > nowTicks) return;
      unit.admit(request, request.arrivalTicks);
      host.admitted(request.tag, request.arrivalTicks);
      this.tag += 1;
    }
  }
}
