/** The marker of a result folder, `provenance.json`: what made the result, where, when, and how it ended. */
import { availableParallelism, cpus } from "node:os";
import { thisProgram } from "../../results/version.ts";
import { type PreparedRun, profileHash } from "./run.ts";

/** How the making of a result folder ended. */
export type FolderState =
  | { readonly state: "complete" }
  | { readonly state: "failed"; readonly failure: string }
  | { readonly state: "interrupted"; readonly finishedRuns: number; readonly runs: number };

interface Making {
  readonly startedAt: Date;
  readonly workers?: number | undefined;
  readonly state: FolderState;
}

/** Where a result comes from: the only file of a result folder with times and machine in it. */
export function provenance({ setup }: PreparedRun, making: Making) {
  return {
    ...provenanceOf(making),
    tables: setup.networks.profiles.map((profile) => ({
      model: profile.model,
      pattern: profile.pattern,
      sha256: profileHash(profile),
    })),
  };
}

/** The same of a result that is not of one run; `seconds` of the last command, where a result was resumed. */
export function provenanceOf({ startedAt, workers, state }: Making) {
  return {
    ...state,
    ...thisProgram(),
    node: process.version,
    machine: cpus()[0]?.model ?? "unknown",
    workers: workers ?? availableParallelism(),
    command: process.argv.slice(2),
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  };
}
