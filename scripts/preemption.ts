/**
 * What preemption costs in the built-in scenarios on modelled hardware: the tables of docs/validation-preemption.md.
 *
 *     npm run preemption
 */
import { heldBytes, reloadPrice, type SwitchMemory, spillPrice } from "../hw/array/preemption.ts";
import { schedulerNames } from "../sched/registry.ts";
import { requireBufferUse } from "../sim/core/switch-costs.ts";
import { cacheFolder } from "../sim/results/cache.ts";
import { type PreemptionCost, preemptionCosts } from "../sim/study/run/preemption-report.ts";
import { type PreparedRun, prepareRun, runComparison } from "../sim/study/run/run.ts";
import { percent, signed } from "../sim/view/text/hardware-render.ts";
import { loadScenario } from "../workloads/scenarios/scenario.ts";
import type { Profile } from "../workloads/tables/profile.ts";

const scenarios = ["ar-vr-measured", "multi-cnn", "ar-vr-wearable", "data-centre"];
/** Buffers of the sweep, as multiples of the preset's. */
const bufferFactors = [0.25, 1, 4, 16, 64];

async function prepared(name: string): Promise<PreparedRun> {
  const scenario = await loadScenario(name, schedulerNames);
  return prepareRun({ ...scenario, seeds: 5, preemption: "modelled" }, { cache: cacheFolder(undefined) });
}

async function costsOf(run: PreparedRun) {
  const comparison = await runComparison(run, { keepSchedules: false });
  if (comparison.mistake !== undefined) throw comparison.mistake;
  return preemptionCosts(comparison).map((cost, k) => ({ cost, summary: comparison.summaries[k] }));
}

function memoryOf({ setup }: PreparedRun): SwitchMemory {
  if (setup.switchHardware === undefined) throw new Error("switches are free");
  return setup.switchHardware.memory;
}

/** How much of a network's time a preemption after every one of its layers would cost, each displacing all it can. */
function networkRow(profile: Profile, memory: SwitchMemory): string {
  const { inputBytes, forwardedBytes } = requireBufferUse(profile);
  let [cycles, held, largest] = [0, 0, 0];
  for (const [index, bytes] of forwardedBytes.entries()) {
    const kept = heldBytes({ inputBytes: inputBytes[index], forwardedBytes: bytes, prefetchedBytes: 0 }, memory);
    cycles += spillPrice(kept, memory).cycles + reloadPrice(kept, memory).cycles;
    held += kept > 0 ? 1 : 0;
    largest = Math.max(largest, kept);
  }
  const samples = profile.sampleIds.length;
  const handed = forwardedBytes.filter((bytes) => bytes > 0).length;
  const total = profile.latency.reduce((sum, layer) => sum + layer, 0);
  const counts = [profile.layerCount, handed / samples, held / samples].map((count) => count.toFixed(0));
  return row([`${profile.model}/${profile.pattern}`, ...counts, (largest / 1024).toFixed(1), percent(cycles / total)]);
}

function schedulerRow(cost: PreemptionCost, preemptions: number): string {
  return row([
    cost.scheduler,
    preemptions.toFixed(0),
    cost.held.mean.toFixed(0),
    cost.spills.mean.toFixed(0),
    cost.cycles.mean.toFixed(0),
    percent(cost.shareOfBusy.mean),
    (cost.bytes.mean / 1e6).toFixed(2),
    (cost.energyPj.mean / 1e9).toFixed(3),
    signed(cost.anttChange, 1, 3),
    signed(cost.violationChange, 100, 2),
    left(cost.anttAdvantageLeft),
    left(cost.violationAdvantageLeft),
  ]);
}

/** The sizes that a network holds do not depend on the buffer; its latencies are kept as they are with the preset's. */
async function sweepRow(run: PreparedRun, factor: number): Promise<string> {
  const memory = { ...memoryOf(run), bufferBytes: memoryOf(run).bufferBytes * factor };
  const { clockHz } = run.setup.networks.profiles[0];
  const costs = await costsOf({ ...run, setup: { ...run.setup, switchHardware: { memory, clockHz } } });
  const shown = ["sdrm3", "llf", "planaria", "dysta"].flatMap((name) =>
    costs
      .filter(({ cost }) => cost.scheduler === name)
      .map(
        ({ cost }) =>
          `${cost.spills.mean.toFixed(0)} of ${cost.held.mean.toFixed(0)}, ${percent(cost.shareOfBusy.mean)}`,
      ),
  );
  return row([`${memory.bufferBytes / 1024} KiB`, ...shown]);
}

function left(share: number | null): string {
  return share === null ? "–" : percent(share);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function print(title: string, head: readonly string[], rows: readonly string[]): void {
  process.stdout.write(`\n### ${title}\n\n${[row(head), row(head.map(() => "---")), ...rows].join("\n")}\n`);
}

for (const name of scenarios) {
  const run = await prepared(name);
  const memory = memoryOf(run);
  const networks = run.setup.networks.profiles.map((profile) => networkRow(profile, memory));
  const costs = await costsOf(run);
  const schedulers = costs.map(({ cost, summary }) => schedulerRow(cost, summary.overall.preemptions.mean));
  print(
    `${name}: networks`,
    ["network", "layers", "handed on", "held", "largest, KiB", "price after every layer"],
    networks,
  );
  print(
    `${name}: schedulers`,
    [
      ...["scheduler", "preemptions", "held", "spills", "cycles", "of busy time", "DRAM MB", "energy mJ"],
      ...["ANTT change", "violations, points", "ANTT advantage left", "violation advantage left"],
    ],
    schedulers,
  );
  if (name !== scenarios[0]) continue;
  const rows: string[] = [];
  for (const factor of bufferFactors) rows.push(await sweepRow(run, factor));
  print(
    `${name}: spills of held, share of busy time, by buffer`,
    ["buffer", "sdrm3", "llf", "planaria", "dysta"],
    rows,
  );
}
