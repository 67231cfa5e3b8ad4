/**
 * The package as a library: `import { run } from "dysta-sim"`. Each entry point takes the words of the command of its name
 * and returns the document that the command prints with `--json`. Nothing is written to standard output, and the process
 * is never ended. docs/api.md has an example of each; nothing else of the package is public.
 */
export { ConfigError as DystaError } from "../../workloads/input/errors.ts";
export { type ExploreOptions, explore } from "./explore.ts";
export { type ImportOptions, importNetwork } from "./import-network.ts";
export { type OverheadOptions, overhead } from "./overhead.ts";
export { type ProfileOptions, profile } from "./profile.ts";
export { type RunOptions, run } from "./run.ts";
export { type SweepOptions, sweep } from "./sweep.ts";
