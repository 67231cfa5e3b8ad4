/** The times of requests that the end of others releases, which a run sets as it goes. */
import type { ReleasedRequests, RequestTable } from "../../workloads/requests/requests.ts";

/** The requests with columns of this run's own where it is the run that sets times. */
export function ownTimes(requests: RequestTable): RequestTable {
  if (requests.released === undefined) return requests;
  return { ...requests, arrival: requests.arrival.slice(), deadline: requests.deadline.slice() };
}

/** By request, those that its end releases. */
export function childrenOf({ parent }: ReleasedRequests): readonly (readonly number[])[] {
  const children: number[][] = Array.from(parent, () => []);
  for (const [child, own] of parent.entries()) if (own >= 0) children[own].push(child);
  return children;
}

/** Sets arrival and deadline of a request whose parent ends `at` this time. */
export function release({ arrival, deadline, released }: RequestTable, request: number, at: number): void {
  if (released === undefined) return;
  arrival[request] = at + released.delay[request];
  if (Number.isNaN(deadline[request])) deadline[request] = arrival[request] + released.allowance[request];
}
