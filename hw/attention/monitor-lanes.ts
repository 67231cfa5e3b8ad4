/**
 * The monitor at the write-back of an attention array. What it has to count there is the predicted mask: one bit for each
 * score, as many a cycle as the DRAM channel takes, which at 128 bytes a cycle are 64 × 16.
 */
import { Monitor, type MonitorDescription } from "../monitor/monitor.ts";
import { totalCycles } from "./counters.ts";
import type { AttentionArray } from "./description.ts";
import { type Operation, outputColumns } from "./operation.ts";
import { stepOperation } from "./stepped.ts";

interface MonitorCycles {
  /** Of the operation without the monitor. */
  readonly cycles: number;
  /** For which write-back would be held, and those in which the detectors drain after the last output. */
  readonly stallCycles: number;
  readonly drainCycles: number;
  readonly outputs: number;
  /** What the monitor counted. */
  readonly nonZeros: number;
}

/** Steps an operation with a monitor at its write-back. */
export function monitorCycles(
  operation: Operation,
  hardware: AttentionArray,
  description: MonitorDescription,
): MonitorCycles {
  const monitor = new Monitor(description);
  const outputs = operation.heads * operation.rows * outputColumns(operation);
  monitor.beginLayer(1, [{ channel: 0, outputs }]);
  const counters = stepOperation(operation, hardware, { observer: monitor });
  const { nonZeros } = monitor.reading();
  return {
    cycles: totalCycles(counters),
    stallCycles: monitor.stallCycles,
    drainCycles: monitor.drainCycles,
    outputs,
    nonZeros: nonZeros.reduce((sum, count) => sum + count, 0),
  };
}
