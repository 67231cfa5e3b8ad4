import { availableParallelism, cpus } from "node:os";
import { packageVersion } from "../version.ts";
import { shardText } from "./shard.ts";
import type { Shard, Sweep } from "./sweep.ts";

/** Where the results of a finished sweep come from: the only file of its folder with times and machine in it. */
export function sweepProvenance(
  { name, identity }: Sweep,
  { startedAt, workers, shard }: { startedAt: Date; workers: number | undefined; shard: Shard },
) {
  return {
    state: "complete",
    version: packageVersion(),
    node: process.version,
    machine: cpus()[0]?.model ?? "unknown",
    workers: workers ?? availableParallelism(),
    command: process.argv.slice(2),
    startedAt: startedAt.toISOString(),
    /** Of the last command alone, if it was resumed. */
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    sweep: { name, identity, shard: shardText(shard) },
  };
}
