import { ReadyQueue } from "../../sched/ready-queue.ts";

/** Facts of one ready request for a hand-made queue; times in seconds. */
export interface Facts {
  readonly arrival?: number;
  readonly deadline?: number;
  readonly priority?: number;
  readonly lastRun?: number;
  readonly remaining?: number;
  readonly nextLayer?: number;
  readonly isolated?: number;
  readonly coefficient?: number;
}

/** A queue whose requests 0, 1, … were admitted in this order. */
export function queueOf(...requests: readonly Facts[]): ReadyQueue {
  const column = (pick: (facts: Facts) => number) => Float64Array.from(requests, pick);
  const arrival = column((facts) => facts.arrival ?? 0);
  const queue = new ReadyQueue(
    {
      arrival,
      deadline: column((facts) => facts.deadline ?? 100),
      priority: Int32Array.from(requests, (facts) => facts.priority ?? 1),
    },
    1,
  );
  requests.forEach((facts, request) => {
    const isolated = facts.isolated ?? 1;
    queue.admit(request);
    queue.lastRun[request] = facts.lastRun ?? arrival[request];
    queue.remainingSeconds[request] = facts.remaining ?? isolated;
    queue.nextLayerSeconds[request] = facts.nextLayer ?? isolated;
    queue.isolatedSeconds[request] = isolated;
    queue.reciprocalIsolatedSeconds[request] = 1 / isolated;
    queue.coefficient[request] = facts.coefficient ?? 1;
    queue.scaledRemainingSeconds[request] = queue.coefficient[request] * queue.remainingSeconds[request];
  });
  return queue;
}
