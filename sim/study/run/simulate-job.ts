/** One (seed, scheduler) run, whole: draw the requests, schedule them, measure. What a worker thread does. */
import { CountedDriver } from "../../../hw/scheduling-unit/counted-driver.ts";
import { IdealDriver } from "../../../hw/scheduling-unit/ideal-driver.ts";
import type { Host } from "../../../hw/scheduling-unit/unit-driver.ts";
import { createPolicy, type SchedulerName } from "../../../sched/registry.ts";
import { loadUserScheduler, UserPolicy } from "../../../sched/user-policy.ts";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { generateRequests } from "../../../workloads/requests/generate.ts";
import { hasWholeTicks, maxTicks, tickName } from "../../../workloads/requests/time.ts";
import type { Scenario, SchedulerParameters } from "../../../workloads/scenarios/scenario.ts";
import { simulateArrays } from "../../core/arrays-engine.ts";
import type { Dispatcher } from "../../core/dispatcher.ts";
import { simulate } from "../../core/engine.ts";
import { HardwareDispatcher, type UnitReport } from "../../core/hardware-dispatcher.ts";
import { computeMetrics, isolatedTimes, metricNames, type RunMetrics } from "../../core/metrics.ts";
import { asReleased, type Schedule } from "../../core/schedule.ts";
import { SoftwareDispatcher } from "../../core/software-dispatcher.ts";
import { SwitchCosts, type SwitchTotals } from "../../core/switch-costs.ts";
import { type UnitSetup, unitRival, unitTables } from "../../core/unit-setup.ts";
import type { Workload } from "../../core/workload.ts";
import { task } from "../../threads/task.ts";
import { type RunTiming, TimingRecorder } from "../../trace/timeline/timing.ts";
import type { RunWaveform, RunWaveformOrder } from "../../trace/waveform/run-waveform.ts";
import type { WaveformReport } from "../../trace/waveform/waveform-file.ts";
import { requestNetworks } from "./request-networks.ts";
import type { DispatchKind, RunSetup } from "./run-setup.ts";

/** A built-in scheduler or the absolute path of a user's module, with the name it is shown under. */
export type SchedulerChoice =
  | { readonly kind: "builtin"; readonly name: SchedulerName }
  | {
      readonly kind: "module";
      readonly name: string;
      readonly path: string;
      /** What the scenario gives it. */
      readonly parameters?: SchedulerParameters;
    };

export interface SimulateJob {
  readonly setup: RunSetup;
  readonly seed: number;
  readonly scheduler: SchedulerChoice;
  /** `hardware` only for the scheduler that the run's unit dispatches for. */
  readonly dispatch: DispatchKind;
  /** `modelled` only in a run that has hardware to price switches on. */
  readonly preemption: Scenario["preemption"];
  /** What is wanted besides the metrics: the schedule; with `timeline` also the times of its layers. */
  readonly keep: "metrics" | "schedule" | "timeline";
  /** Of dispatch in hardware whose decisions take cycles. */
  readonly waveform?: RunWaveformOrder;
}

export interface SimulateResult {
  readonly metrics: RunMetrics;
  readonly schedule?: Schedule;
  readonly timing?: RunTiming;
  /** Of dispatch in hardware. */
  readonly unit?: UnitReport;
  /** Of modelled preemption. */
  readonly switches?: SwitchReport;
  readonly waveform?: WaveformReport;
}

export const simulateTask = task<SimulateJob, SimulateResult>("simulate", {
  userModuleOf: ({ scheduler }) => (scheduler.kind === "module" ? scheduler.path : undefined),
});

export interface SwitchReport extends SwitchTotals {
  /** Their time / the time of layers and switches together, 0..1. */
  readonly shareOfBusy: number;
}

export async function simulateJob(job: SimulateJob): Promise<SimulateResult> {
  const { setup } = job;
  const workload = workloadOf(setup, job.seed);
  const recorder = job.keep === "timeline" ? new TimingRecorder() : undefined;
  const waveform = await waveformOf(job, workload);
  const hardware = job.dispatch === "hardware" ? hardwareDispatcher(setup, workload, recorder, waveform) : undefined;
  const decides = hardware ?? (await softwareDispatcher(job, workload));
  const drawing = hardware === undefined || waveform === undefined ? decides : waveform.watchDispatcher(hardware);
  const dispatcher = recorder?.watchDispatcher(drawing) ?? drawing;
  const switches = switchCosts(job, workload);
  const schedule = scheduleOf(setup, workload, dispatcher, switches);
  const metrics = computeMetrics(asReleased(workload, schedule), schedule);
  requireFinite(metrics, job.scheduler.name);
  const isolated = isolatedTimes(workload);
  const served = schedule.finishOrder.filter((request) => !schedule.dropped?.has(request));
  const layerTicks = served.reduce((sum, request) => sum + isolated[request], 0);
  const constantTicks = metrics.overall.preemptions * setup.preemptionCost;
  // Before the report: a stepped unit that renews scores beside the last layer has not done so yet.
  const drawn = waveform?.finish();
  return {
    metrics,
    ...(job.keep === "metrics" ? {} : { schedule }),
    ...(recorder === undefined ? {} : { timing: recorder.timing() }),
    ...(hardware === undefined ? {} : { unit: hardware.report() }),
    ...(switches === undefined ? {} : { switches: switchReport(allTotals(switches), layerTicks + constantTicks) }),
    ...(drawn === undefined ? {} : { waveform: drawn }),
  };
}

/** The drawing of a run takes code that most runs do without. */
async function waveformOf({ waveform, setup }: SimulateJob, workload: Workload): Promise<RunWaveform | undefined> {
  if (waveform === undefined) return undefined;
  const { RunWaveform } = await import("../../trace/waveform/run-waveform.ts");
  return new RunWaveform(waveform, unitOf(setup).unit, workload);
}

function scheduleOf(
  setup: RunSetup,
  workload: Workload,
  dispatcher: Dispatcher,
  switches: readonly SwitchCosts[] | undefined,
): Schedule {
  const options = { ...setup, elasticity: setup.elasticities.map(({ value }) => value) };
  if (setup.arrays > 1) {
    return simulateArrays(workload, dispatcher.policy, { ...options, ...(switches === undefined ? {} : { switches }) });
  }
  return simulate(workload, dispatcher, { ...options, ...(switches === undefined ? {} : { switches: switches[0] }) });
}

/** Of the switches on all arrays. */
function allTotals(switches: readonly SwitchCosts[]): SwitchTotals {
  const [first, ...others] = switches.map((each) => each.totals());
  return others.reduce(
    (sum, each) => ({
      cycles: sum.cycles + each.cycles,
      ticks: sum.ticks + each.ticks,
      bytes: sum.bytes + each.bytes,
      energyPj: sum.energyPj + each.energyPj,
      held: sum.held + each.held,
      spills: sum.spills + each.spills,
    }),
    first,
  );
}

/** Latencies or deadlines beyond what doubles hold would make figures that are none. */
function requireFinite({ overall }: RunMetrics, scheduler: string): void {
  const name = metricNames.find((metric) => !Number.isFinite(overall[metric]));
  if (name === undefined) return;
  throw new ConfigError(
    `scheduler ${scheduler}: ${name} cannot be computed (${overall[name]}): the times of this run are too large or too far apart`,
  );
}

function switchReport(totals: SwitchTotals, otherTicks: number): SwitchReport {
  return { ...totals, shareOfBusy: totals.ticks / (totals.ticks + otherTicks) };
}

/** One for each array, whose buffer is its own. */
function switchCosts({ preemption, setup }: SimulateJob, workload: Workload): SwitchCosts[] | undefined {
  const { switchHardware, arrays } = setup;
  if (preemption === "free") return undefined;
  if (switchHardware === undefined) throw new Error("a run without hardware cannot price its preemptions");
  return Array.from({ length: arrays }, () => new SwitchCosts(workload, switchHardware));
}

/** @throws ConfigError if the last request can finish later than ticks can be counted. */
function requireCountableEnd(workload: Workload): void {
  if (!hasWholeTicks(workload)) return;
  const { arrival, count, released } = workload.requests;
  const work = isolatedTimes(workload).reduce((sum, ticks) => sum + ticks, 0);
  const delays = released?.delay.reduce((sum, ticks) => sum + ticks, 0) ?? 0;
  if (arrival[(released?.arriving ?? count) - 1] + delays + work <= maxTicks) return;
  const seconds = (work * workload.secondsPerTick).toPrecision(3);
  throw new ConfigError(
    `the ${count} requests take ${seconds} s of work, which ends later than can be counted (2^53 times ${tickName(workload)})`,
  );
}

/** The workload of one seed: the same requests for every scheduler. */
export function workloadOf({ networks, requests }: RunSetup, seed: number): Workload {
  const workload = { ...networks, requests: generateRequests(requests, networks.profiles, networks.tables, seed) };
  requireCountableEnd(workload);
  return workload;
}

async function softwareDispatcher({ scheduler, setup }: SimulateJob, workload: Workload): Promise<Dispatcher> {
  return new SoftwareDispatcher(await policyFor(scheduler, setup, workload), setup.policies.semantics);
}

async function policyFor(scheduler: SchedulerChoice, setup: RunSetup, workload: Workload) {
  if (scheduler.kind === "builtin") return createPolicy(scheduler.name, setup.policies);
  const module = await loadUserScheduler(scheduler.path, scheduler.parameters);
  return new UserPolicy(module, requestNetworks(workload));
}

/**
 * @param recorder keeps the times of the unit's work.
 * @param waveform draws the run; the unit is then stepped, with the same result.
 */
function hardwareDispatcher(
  setup: RunSetup,
  workload: Workload,
  recorder: TimingRecorder | undefined,
  waveform: RunWaveform | undefined,
): HardwareDispatcher {
  const { policies, alpha, elasticities } = setup;
  const { unit, decisionCost } = unitOf(setup);
  const tables = unitTables(unit, workload, { alpha, elasticity: elasticities.map(({ value }) => value) });
  const Driver = decisionCost === "free" ? IdealDriver : CountedDriver;
  const policy = unitRival(unit.policy, policies.dysta);
  const driverOf = (host: Host) => {
    const driver = waveform?.steppedDriver(tables, host) ?? new Driver(unit, tables, host);
    return recorder?.watchUnit(driver, unit.secondsPerTick) ?? driver;
  };
  return new HardwareDispatcher(workload, policy, driverOf, { ...unit, beta: policies.dysta.beta });
}

function unitOf({ unit }: RunSetup): UnitSetup {
  if (unit === undefined) throw new Error("a run without a scheduling unit cannot dispatch in hardware");
  return unit;
}
