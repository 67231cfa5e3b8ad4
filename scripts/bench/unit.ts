/**
 * Speed of the scheduling unit: cycles per second of the stepped form with its FIFOs full, and a run of 1000 requests with
 * the counted form in the loop against dispatch in software.
 *
 *     npm run bench:unit
 */

import { CountedDriver } from "../../hw/scheduling-unit/counted-driver.ts";
import { defaultUnit, type SchedulingUnit } from "../../hw/scheduling-unit/description.ts";
import type { FormatName } from "../../hw/scheduling-unit/number-format.ts";
import { quietInputs, SteppedSchedulingUnit } from "../../hw/scheduling-unit/stepped.ts";
import { tablesOf } from "../../hw/scheduling-unit/tables.ts";
import { requestWords } from "../../hw/scheduling-unit/words.ts";
import { predictorParameters } from "../../sched/artifact/predictor.ts";
import { Dysta } from "../../sched/dysta.ts";
import { simulate } from "../../sim/core/engine.ts";
import { HardwareDispatcher } from "../../sim/core/hardware-dispatcher.ts";
import { SoftwareDispatcher } from "../../sim/core/software-dispatcher.ts";
import { unitTables } from "../../sim/core/unit-setup.ts";
import type { Workload } from "../../sim/core/workload.ts";
import { corrected } from "../../workloads/semantics/faults.ts";
import { attentionWorkload, meanIsolated } from "./attention-workload.ts";
import { machine, measureCpu, print } from "./measure.ts";

/** More layers than any request runs in a measurement. */
const layers = 8192;
const cyclesPerRun = 1_000_000;

/** A unit whose FIFOs are full of requests. */
function fullUnit(unit: SchedulingUnit): SteppedSchedulingUnit {
  const stepped = new SteppedSchedulingUnit(unit);
  const seconds = (layer: number) => (layers - layer) * 1e-6;
  const network = {
    name: "bench",
    remainingSeconds: Float64Array.from({ length: layers }, (_, layer) => seconds(layer)),
    isolatedSeconds: seconds(0),
    density: new Float64Array(layers).fill(0.5),
    outputs: new Float64Array(layers).fill(4096),
  };
  stepped.tables.load(tablesOf(unit, [network]));
  for (let tag = 0; tag < unit.fifoDepth; tag++) {
    const request = { tag, row: 0, deadlineTicks: 1e6 + tag * 1e4, initialScore: 0 };
    for (const word of requestWords(unit, 1, request)) stepped.tick({ ...quietInputs(tag), ...word });
  }
  return stepped;
}

/** Every layer ends in the cycle in which it begins, so that the unit never rests. */
function keepBusy(stepped: SteppedSchedulingUnit): void {
  const inputs = { ...quietInputs(0), isAcceleratorReady: true };
  for (let cycle = 0; cycle < cyclesPerRun; cycle++) {
    inputs.clockTicks = cycle;
    inputs.isLayerDone = stepped.isDispatch;
    inputs.nonZeros = 1000 + (cycle % 2048);
    stepped.tick(inputs);
  }
}

function steppedRates(): void {
  print("\nstepped, FIFOs full, rescoring before dispatch, CPU time, median of 9 [least, most]");
  for (const format of ["fp16", "fp32"] as const) {
    for (const depth of [64, 512]) {
      const unit = { ...defaultUnit(format), depth, tableRows: 1, layersPerRow: layers };
      const { median, least, most } = measureCpu(() => keepBusy(fullUnit(unit)));
      const [rate, low, high] = [median, most, least].map((seconds) => (cyclesPerRun / seconds / 1e6).toFixed(1));
      print(`${format}, ${String(depth).padStart(3)} requests  ${rate.padStart(5)} million cycles/s [${low}, ${high}]`);
    }
  }
}

function options({ profiles }: Workload) {
  const predictor = predictorParameters({ predictor: "last-one", lastN: 3 }, corrected);
  return { predictor, alpha: profiles.map(() => 1), preemptionCost: 0 };
}

const dysta = () => new Dysta("dysta", { eta: 0.01, clampSlack: true });

function inSoftware(workload: Workload): void {
  simulate(workload, new SoftwareDispatcher(dysta(), corrected), options(workload));
}

function inHardware(workload: Workload, format: FormatName): void {
  const unit = { ...defaultUnit(format, 1e9), depth: 1024 };
  const tables = unitTables(unit, workload, { alpha: options(workload).alpha, elasticity: [] });
  const loop = (host: ConstructorParameters<typeof CountedDriver>[2]) => new CountedDriver(unit, tables, host);
  simulate(workload, new HardwareDispatcher(workload, dysta(), loop, { ...unit, beta: 0.01 }), options(workload));
}

function runs(rate: number): void {
  const workload = attentionWorkload(rate, 1000);
  print(`\n1000 requests at ${rate}/s (load ${(rate * meanIsolated).toFixed(2)}), CPU time, median of 9`);
  const software = measureCpu(() => inSoftware(workload)).median;
  print(`dispatch in software   ${(software * 1e3).toFixed(1).padStart(7)} ms`);
  for (const format of ["fp16", "fp32", "fp64"] as const) {
    const { median } = measureCpu(() => inHardware(workload, format));
    const ratio = (median / software).toFixed(2);
    print(
      `counted unit, ${format}     ${(median * 1e3).toFixed(1).padStart(7)} ms  ${ratio} times that, scoreboard included`,
    );
  }
}

print(machine());
steppedRates();
for (const rate of [40, 60]) runs(rate);
