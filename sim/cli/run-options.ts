import type { Options } from "yargs";

/** Options of `dysta run`; those that override a key of the scenario carry its name. */
export const runOptions = {
  json: { type: "boolean", default: false, describe: "one JSON document on stdout" },
  out: { type: "string", describe: "result folder: summary, requests, results, dispatch sequence" },
  scheduler: {
    type: "string",
    describe: "schedulers, separated by commas; `all`, or the path of a module of your own",
  },
  rate: { type: "number", describe: "arrivals in requests per second" },
  slo: { type: "number", describe: "deadline as a multiple of the model's mean isolated latency" },
  requests: { type: "number", describe: "requests per seed" },
  seed: { type: "number", describe: "first seed (default 1)" },
  seeds: { type: "number", describe: "number of seeds: seed, seed + 1, …" },
  semantics: { type: "string", describe: "corrected (what the papers say) or artifact (what the public code does)" },
  fault: { type: "string", describe: "single faults of the artifact, separated by commas (see dysta list faults)" },
  workers: { type: "number", describe: "worker threads (default: all cores)" },
} as const satisfies Record<string, Options>;
