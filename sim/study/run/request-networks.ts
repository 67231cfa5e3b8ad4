/** What a user's scheduler is told of a request's network besides the columns of the queue. */
import type { RequestNetwork } from "../../../sched/user-policy.ts";
import { tailSums } from "../../../workloads/tables/lookup-table.ts";
import { observedOutputs } from "../../../workloads/tables/observed-outputs.ts";
import type { Workload } from "../../core/workload.ts";

/** The network of each request, by its number. */
export function requestNetworks({
  requests,
  profiles,
  tables,
  secondsPerTick,
}: Workload): (request: number) => RequestNetwork {
  const known = profiles.map(({ model, pattern, layerCount }, index) => ({
    ...{ model, pattern, layerCount },
    remainingOfModel: tailSums(tables[index].modelAverageLatency).map((ticks) => ticks * secondsPerTick),
    outputs: observedOutputs(profiles[index], tables[index]).density,
  }));
  return (request) => {
    const { layerCount, outputs, ...network } = known[requests.profile[request]];
    const row = requests.sample[request] * layerCount;
    return { ...network, outputDensity: (layer) => outputs[row + layer] };
  };
}
