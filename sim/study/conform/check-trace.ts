/** A trace: at every decision of a scenario the clock, the choice, who was ready, and their scores, to the last bit. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ReadyQueue } from "../../../sched/ready-queue.ts";
import type { DispatchObserver } from "../../core/dispatcher.ts";
import type { Check } from "./check.ts";
import type { Comparison } from "./comparison.ts";
import { readRecording, scenarioRecording, traceRecording } from "./recordings.ts";
import { replay } from "./replay.ts";
import { scenarioWorkload } from "./scenario-workload.ts";
import { fieldNamed, TokenLedger } from "./trace-fields.ts";

export const checkTrace: Check = (job, tables, comparison) => {
  const traces = readRecording(job, traceRecording);
  const file = job.file.replace(/\.trace\.json$/, ".json");
  if (!existsSync(join(job.dir, file))) return { skipped: true, reason: `its scenario ${file} is not in the folder` };
  const recording = readRecording({ dir: job.dir, file }, scenarioRecording);
  const workload = scenarioWorkload(file, recording, tables);
  for (const [scheduler, { fields, decisions }] of Object.entries(traces)) {
    const { alpha } = recording.params;
    const observer = new TraceComparison(comparison, { scheduler, fields, decisions, alpha });
    const schedule = replay(workload, scheduler, recording.params, observer);
    comparison.exact(decisions.length, schedule.decisionCount, () => `${scheduler}: number of decisions`);
  }
  return undefined;
};

interface Trace {
  readonly scheduler: string;
  readonly fields: readonly string[];
  readonly decisions: readonly (readonly [number, number, readonly (readonly number[])[]])[];
  readonly alpha: number;
}

class TraceComparison implements DispatchObserver {
  private readonly comparison: Comparison;
  private readonly trace: Trace;
  private readonly fields: ReturnType<typeof fieldNamed>[];
  private readonly ledger = new TokenLedger();
  private next = 0;

  constructor(comparison: Comparison, trace: Trace) {
    this.comparison = comparison;
    this.trace = trace;
    this.fields = trace.fields.map(fieldNamed);
  }

  onDispatch(now: number, request: number, ready: ReadyQueue): void {
    const { comparison, trace } = this;
    const index = this.next;
    this.next += 1;
    this.ledger.update(ready, now);
    if (index >= trace.decisions.length) return;
    const [clock, chosen, rows] = trace.decisions[index];
    const place = `${trace.scheduler}: decision ${index}`;
    comparison.exact(clock, now, () => `${place}: clock in s`);
    comparison.exact(chosen, request, () => `${place}: chosen request`);
    comparison.exact(rows.length, ready.count, () => `${place}: number of ready requests`);
    for (const [position, row] of rows.slice(0, ready.count).entries())
      this.compareRow(place, position, row, { now, ready });
  }

  private compareRow(
    place: string,
    position: number,
    [recorded, ...values]: readonly number[],
    { now, ready }: { now: number; ready: ReadyQueue },
  ): void {
    const request = ready.order[position];
    const { alpha, fields: names } = this.trace;
    const decision = { ready, now, alpha, tokens: this.ledger.tokens };
    this.comparison.exact(recorded, request, () => `${place}: ready request at position ${position}`);
    this.comparison.exact(values.length, names.length, () => `${place}: request ${request}: number of fields`);
    for (const [index, field] of this.fields.entries()) {
      if (index >= values.length) return;
      this.comparison.exact(
        values[index],
        field(decision, position),
        () => `${place}: request ${request}: ${names[index]}`,
      );
    }
  }
}
