/** When the layers of a run were decided and began: what its timeline needs beside the schedule. */
import type { Dispatched, LayerEnd, UnitDriver } from "../../../hw/scheduling-unit/unit-driver.ts";
import { type Dispatcher, watched } from "../../core/dispatcher.ts";

/**
 * Layers whose times are kept at most, in order of execution. A viewer of a timeline holds the whole file in memory: so
 * many layers make 20 to 150 MB of it.
 */
const maxTimedLayers = 250_000;

/** Columns have one entry per layer, in order of execution; of a long run those of its beginning. */
export interface RunTiming {
  /** When the dispatch had decided, in the run's time unit. */
  readonly decidedAt: Float64Array;
  /** When the layer began: later by what the switch to its request cost, constant and modelled. */
  readonly beganAt: Float64Array;
  /** The scheduling unit's part; only where it dispatches. */
  readonly unit?: UnitTiming;
}

export interface UnitTiming {
  /** Of the unit's clock. */
  readonly secondsPerTick: number;
  readonly decisions: readonly UnitDecision[];
}

/** A decision, and the end of the layer before it (undefined for the first). */
export interface UnitDecision {
  readonly layerEndTicks: number | undefined;
  readonly dispatched: Dispatched;
}

/** Looks on while a run is simulated. */
export class TimingRecorder {
  private readonly decidedAt: number[] = [];
  private readonly beganAt: number[] = [];
  private unit: UnitTiming | undefined;
  private readonly maxLayers: number;

  /** @param maxLayers of which the times are kept. */
  constructor(maxLayers = maxTimedLayers) {
    this.maxLayers = maxLayers;
  }

  /** The same dispatcher, watched. */
  watchDispatcher(dispatcher: Dispatcher): Dispatcher {
    return watched(dispatcher, {
      onDispatch: (now) => {
        if (this.decidedAt.length < this.maxLayers) this.decidedAt.push(now);
      },
      onLayerEnd: (_request, _layer, beganAt) => {
        if (this.beganAt.length < this.maxLayers) this.beganAt.push(beganAt);
      },
    });
  }

  /** The same unit, watched. @param secondsPerTick of its clock. */
  watchUnit(unit: UnitDriver, secondsPerTick: number): UnitDriver {
    const watched = new WatchedUnit(unit, this.maxLayers);
    this.unit = { secondsPerTick, decisions: watched.decisions };
    return watched;
  }

  timing(): RunTiming {
    const { unit } = this;
    return {
      decidedAt: Float64Array.from(this.decidedAt),
      beganAt: Float64Array.from(this.beganAt),
      ...(unit === undefined ? {} : { unit }),
    };
  }
}

class WatchedUnit implements UnitDriver {
  readonly decisions: UnitDecision[] = [];
  private readonly unit: UnitDriver;
  private readonly maxDecisions: number;

  constructor(unit: UnitDriver, maxDecisions: number) {
    this.maxDecisions = maxDecisions;
    this.unit = unit;
  }

  get rangeCounts() {
    return this.unit.rangeCounts;
  }

  next(end: LayerEnd | undefined): Dispatched {
    const dispatched = this.unit.next(end);
    if (this.decisions.length < this.maxDecisions) this.decisions.push({ layerEndTicks: end?.atTicks, dispatched });
    return dispatched;
  }
}
