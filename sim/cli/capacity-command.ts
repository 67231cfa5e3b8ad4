/** `dysta capacity`: the highest rate that each scheduler serves with a share of the requests on time. */
import type { InferredOptionTypes } from "yargs";
import { requirePositiveInteger } from "../../workloads/input/positive-integer.ts";
import { scenarioYaml } from "../../workloads/scenarios/scenario.ts";
import { cacheFolder } from "../results/cache.ts";
import type { ResultsFolder } from "../results/folder.ts";
import { capacityDocument } from "../study/capacity/capacity-document.ts";
import { type Capacity, capacityQuestion, findCapacity, prepareCapacity } from "../study/capacity/question.ts";
import { provenanceOf } from "../study/run/provenance.ts";
import { writeFigures } from "../view/plots/figure-files.ts";
import { capacityFigure, capacityReport } from "../view/report/capacity/capacity-report.ts";
import { capacityText } from "../view/text/capacity-render.ts";
import { terminalColumns } from "../view/text/terminal.ts";
import { namesIn } from "./arguments.ts";
import type { capacityOptions } from "./capacity-options.ts";
import { exitStatus } from "./exit.ts";
import { markFailedOnError, openFolder, resultOptions } from "./folder.ts";
import { monitorOverrides } from "./monitor-options.ts";
import { withProgress } from "./progress.ts";
import { requireUnit, unitOverrides } from "./unit-options.ts";

type CapacityArguments = InferredOptionTypes<typeof capacityOptions> & {
  readonly scenario?: string | undefined;
  readonly json: boolean;
  readonly workers?: number | undefined;
};

export async function capacityCommand(args: CapacityArguments): Promise<number> {
  const startedAt = new Date();
  const workers = requirePositiveInteger("--workers", args.workers);
  const { scenario, target, precision, slo, requests, seed, seeds, semantics, hardware, fidelity, dispatch } = args;
  const asked = await capacityQuestion({
    ...{ models: namesIn(args.models), pattern: args.pattern, sparsity: args.sparsity },
    ...{ scenario, target, precision, slo, requests, seed, seeds, semantics, hardware, fidelity, dispatch },
    ...{ preemption: args.preemption, unit: unitOverrides(args), monitor: monitorOverrides(args) },
    ...{ schedulers: namesIn(args.scheduler), faults: namesIn(args.fault) },
  });
  requireUnit(args, asked.scenario.dispatch);
  const folder = openFolder("capacity", args, [resultOptions(args), scenarioYaml(asked.scenario, args.out ?? ".")]);
  const capacity = await markFailedOnError(folder, async () => {
    const cache = cacheFolder(args.cache);
    const prepared = await withProgress("layers", (onDone) => prepareCapacity(asked, { workers, cache, onDone }));
    return withProgress("rates", (onDone) => findCapacity(prepared, { workers, onDone }));
  });
  if (folder !== undefined) {
    await writeFolder(folder, capacity);
    folder.markEnded(provenanceOf({ startedAt, workers, state: { state: "complete" } }));
  }
  const text = args.json ? JSON.stringify(capacityDocument(capacity)) : capacityText(capacity, terminalColumns());
  process.stdout.write(`${text}\n`);
  return exitStatus.done;
}

const columns = ["scheduler", "reached", "rate", "rateCi95", "load", "onTimeRate", "evaluations"] as const;

async function writeFolder(folder: ResultsFolder, capacity: Capacity): Promise<void> {
  const document = capacityDocument(capacity);
  folder.writeText("config.yaml", scenarioYaml(capacity.scenario, folder.path));
  folder.writeJson("capacity.json", document);
  folder.writeCsv(
    "capacity.csv",
    [...columns],
    capacity.schedulers.map((each) => columns.map((column) => each[column] ?? "")),
  );
  await writeFigures(folder.path, [capacityFigure(document)]);
  folder.writeText("report.html", await capacityReport(document));
}
