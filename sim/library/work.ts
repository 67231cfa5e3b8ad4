/** How the work of an entry point is done. None of it changes a result. */
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { cacheFolder } from "../results/cache.ts";

export interface WorkOptions {
  /** Threads; default: all cores. */
  readonly workers?: number | undefined;
  /** Folder of kept layer results, or `false` for none; default `.dysta-cache` in the working directory. */
  readonly cache?: string | false | undefined;
  /** Called as the work goes on: what is counted (`layers`, `runs`, `points` …), how many are done, of how many. */
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** The same as the studies take it. @throws ConfigError for a number of workers that is none */
export function workOf({ workers, cache, onProgress }: WorkOptions) {
  const threads = requirePositiveInteger("workers", workers);
  const counted = (what: string) => ({
    workers: threads,
    onDone: (done: number, total: number) => onProgress?.(what, done, total),
  });
  return { counted, cache: cacheFolder(cache) };
}
