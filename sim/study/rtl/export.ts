/** An RTL block with vectors from a run: what `dysta rtl` writes. */
import type { MonitorDescription } from "../../../hw/monitor/monitor.ts";
import type { SchedulingUnit } from "../../../hw/scheduling-unit/description.ts";
import type { Host } from "../../../hw/scheduling-unit/unit-driver.ts";
import { monitorDesign, peDesign } from "../../../hw/synthesis/designs.ts";
import { schedulingUnitDesign } from "../../../hw/synthesis/scheduling-unit.ts";
import { dystaTopDesign } from "../../../hw/synthesis/top.ts";
import type { Design } from "../../../hw/synthesis/yosys.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { simulate } from "../../core/engine.ts";
import { HardwareDispatcher } from "../../core/hardware-dispatcher.ts";
import { unitRival, unitTables } from "../../core/unit-setup.ts";
import type { Workload } from "../../core/workload.ts";
import type { PreparedRun } from "../run/run.ts";
import { workloadOf } from "../run/simulate-job.ts";
import { MonitorRecorder } from "./monitor-vectors.ts";
import { peVectors } from "./pe-vectors.ts";
import { TopRecorder } from "./top-vectors.ts";
import type { RtlTop } from "./tops.ts";
import { type RunRecorder, recorded, UnitRecorder } from "./unit-vectors.ts";
import type { Vectors } from "./vectors.ts";

interface RtlExport {
  readonly design: Design;
  readonly vectors: Vectors;
  /** What the vectors are of, a sentence. */
  readonly description: string;
}

/**
 * @param prepared a run with dispatch in hardware; its first seed is recorded.
 * @param cycles recorded at most.
 * @throws ConfigError for a unit or monitor without RTL, and for a run that cannot drive them.
 */
export function rtlExport(top: RtlTop, prepared: PreparedRun, monitor: MonitorDescription, cycles: number): RtlExport {
  const { setup, seeds, scenario } = prepared;
  const unit = setup.unit?.unit;
  if (unit === undefined) throw new Error("a run without a scheduling unit");
  if (top === "pe") return peExport(prepared, cycles);
  const design = designOf(top, unit, monitor);
  const workload = workloadOf(setup, seeds[0]);
  requireOutputs(workload);
  const recorder = recorderOf(top, unit, monitor, { workload, cycles });
  record(prepared, workload, unit, recorder);
  const vectors = recorder.writer.vectors();
  return { design, vectors, description: descriptionOf(top, `scenario ${scenario.name}, seed ${seeds[0]}`) };
}

/** The PE knows no requests: its vectors are of the first network's layers. */
function peExport({ scenario, accelerator, modelled }: PreparedRun, cycles: number): RtlExport {
  if (accelerator?.kind !== "array" || modelled.length === 0) {
    throw new ConfigError(`scenario ${scenario.file}: --top pe needs networks on a modelled array, it has none`);
  }
  const { hardware } = accelerator;
  const [{ model, target }] = modelled;
  const description =
    `Blocks of the layers of ${model}, first sample: the first input channels and kernel places, filters and output pixels that ` +
    "a PE has room for. Where zeros are is the layer's, values are made up; every word comes as soon as the PE takes it.";
  return { design: peDesign(hardware), vectors: peVectors(hardware, target, cycles).vectors(), description };
}

function designOf(top: Exclude<RtlTop, "pe">, unit: SchedulingUnit, monitor: MonitorDescription): Design {
  switch (top) {
    case "dysta_top":
      return dystaTopDesign(unit, monitor);
    case "scheduling_unit":
      return schedulingUnitDesign(unit);
    case "monitor":
      return monitorDesign(monitor);
  }
}

interface Recorded {
  readonly workload: Workload;
  readonly cycles: number;
}

function recorderOf(
  top: Exclude<RtlTop, "pe">,
  unit: SchedulingUnit,
  monitor: MonitorDescription,
  { workload, cycles }: Recorded,
): RunRecorder {
  switch (top) {
    case "dysta_top":
      return new TopRecorder(unit, monitor, workload, cycles);
    case "scheduling_unit":
      return new UnitRecorder(unit, cycles);
    case "monitor":
      return new MonitorRecorder(unit, monitor, workload, cycles);
  }
}

function descriptionOf(top: Exclude<RtlTop, "pe">, run: string): string {
  const start = `The run of ${run}.`;
  const skipped =
    "Cycles in which the unit waits are left out; `clock_ticks` goes on over them. First the tables are loaded.";
  const outputs =
    "A layer's outputs come as fast as the monitor takes them, with as many non-zero ones as the run counted, at equal distances: their positions are not those of the run.";
  if (top === "scheduling_unit") return `${start} ${skipped}`;
  return top === "monitor" ? `${start} ${outputs}` : `${start} ${skipped} ${outputs}`;
}

function requireOutputs({ profiles }: Workload): void {
  const unknown = profiles.find(({ outputs }) => outputs === undefined);
  if (unknown === undefined) return;
  throw new ConfigError(
    `${unknown.name}: its table has densities without numbers of outputs, so there are no counts to drive the RTL with; choose a scenario with hardware`,
  );
}

function record({ setup }: PreparedRun, workload: Workload, unit: SchedulingUnit, recorder: RunRecorder): void {
  const { policies, alpha, elasticities } = setup;
  const elasticity = elasticities.map(({ value }) => value);
  const tables = unitTables(unit, workload, { alpha, elasticity });
  const dispatcher = new HardwareDispatcher(
    workload,
    unitRival(unit.policy, policies.dysta),
    (host: Host) => recorder.driver(tables, host),
    { ...unit, beta: policies.dysta.beta },
  );
  simulate(workload, recorded(dispatcher, recorder), { ...setup, elasticity });
}
