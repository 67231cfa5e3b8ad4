/**
 * The public artifact's departures from the paper that change a result, each under its own name. `corrected` semantics
 * has none of them, `artifact` has all. docs/model.md says what each one changes; a test shows each one.
 */
import { notice } from "../input/notices.ts";

export const faults = {
  "seven-samples": "the generator draws sample ids 0..6 only, whatever the table holds (audit P1)",
  "shared-stream": "one random stream for arrivals, models, priorities and samples: a change of one changes all (P11)",
  "clock-rolls-back": "an idle accelerator sets its clock to the next arrival even if that lies in the past (P2)",
  "one-newcomer": "after an idle period only one of several waiting requests is admitted to the first decision (P2)",
  "strict-admission": "a request that arrives exactly at a layer boundary waits for the next one",
  "average-all": "the predictor averages the density ratio over all layers so far instead of taking the last (P4)",
  "window-division": "last-N divides by N even when fewer layers have run (P3)",
  "empty-layers": "a layer that is empty in every sample has the density ratio 0/0, which spoils the predictor",
  "divided-penalty": "Dysta's penalty divides where the hardware multiplies by reciprocals (last bit only)",
  "divided-ratio": "γ divides by the average density where the hardware multiplies by its reciprocal (last bit only)",
  "prema-newcomers": "new requests do not raise PREMA's token maximum (P6)",
  "prema-shared-ratio": "prema_sparse scales every candidate by the density ratio of the last admitted request (P5)",
  "planaria-late-last":
    "Planaria's score turns negative for late requests: they come last, and of them the last admitted first (P7)",
  "sdrm3-late-last": "SDRM3's urgency turns negative for late requests: they come last instead of first (P8)",
  "fixed-sequence-length": "every attention table is costed at 512 tokens, also those of 128 and 384 (P19)",
} as const;

/** What was called a fault once and is the rule now, and how. The names are read for one version more. */
const formerFaults = {
  "clamped-slack": "Dysta clamps its slack at zero in all semantics (dysta.clampSlack: false is the other reading)",
  "prema-recount": "PREMA recounts its waiting in all semantics (the scheduler prema_once is the other reading)",
} as const;
type FormerFault = keyof typeof formerFaults;

export type Fault = keyof typeof faults;

/** Which faults a run has. */
export type Semantics = ReadonlySet<Fault>;

export const allFaults = Object.keys(faults) as Fault[];
export const formerFaultNames = Object.keys(formerFaults) as FormerFault[];

/** The faults among `names`; a notice says of a former one what it is now. */
export function currentFaults(names: readonly (Fault | FormerFault)[]): Fault[] {
  return names.flatMap((name) => {
    if (!isFormer(name)) return [name];
    notice(`${name} is no fault any more: ${formerFaults[name]}`);
    return [];
  });
}

function isFormer(name: Fault | FormerFault): name is FormerFault {
  return Object.hasOwn(formerFaults, name);
}

/** What the papers say. */
export const corrected: Semantics = new Set();
/** What the public artifact does. */
export const artifact: Semantics = new Set(allFaults);
