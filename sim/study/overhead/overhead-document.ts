/** `dysta overhead` as the JSON document of the command-line contract. */

import type { PredictionReport } from "../prediction/prediction-report.ts";
import type { Agreement } from "../run/agreement.ts";
import { conditionsOf } from "../run/conditions.ts";
import type { PreparedRun } from "../run/run.ts";
import type { Estimate } from "../run/summary.ts";
import type { AttentionMonitor } from "./attention-monitor.ts";
import type { MonitorReport } from "./monitor-report.ts";
import type { DecisionsReport, RescoringCost, WholeCost } from "./overhead.ts";
import type { NoResources, ResourcesReport } from "./overhead-resources.ts";
import type { TimingReport } from "./timing-report.ts";

export interface Overhead {
  readonly decisions: DecisionsReport;
  readonly resources: ResourcesReport | NoResources;
  readonly prediction: PredictionReport;
  /** Only where networks run on an attention array. */
  readonly attentionMonitor?: AttentionMonitor | undefined;
  /** Only where networks run on an array with a monitor in its path. */
  readonly monitor?: MonitorReport | undefined;
  readonly timing: TimingReport;
}

export function overheadDocument(
  prepared: PreparedRun,
  { decisions, resources, prediction, attentionMonitor, monitor, timing }: Overhead,
) {
  const { scenario, seeds, requestCount } = prepared;
  const { unit, clockHz, perDecision, layers, rescorings, formats, whole } = decisions;
  const chosen = formats.find(({ format, rescoring }) => format === unit.format && rescoring === unit.rescoring);
  const chosenCost = rescorings.find(({ rescoring }) => rescoring === unit.rescoring);
  return {
    name: scenario.name,
    hardware: scenario.hardware ?? null,
    clockHz,
    requests: requestCount,
    seeds,
    conditions: conditionsOf(prepared),
    unit,
    cycles: {
      perDecision,
      slowdown: chosenCost?.slowdown,
      layers,
      whole: flat<WholeCost>(whole),
      ...(monitor === undefined ? {} : { monitor }),
      rescorings: rescorings.map((cost: RescoringCost) => flat(cost)),
    },
    resources,
    timing,
    agreement: chosen === undefined ? undefined : flat(chosen),
    formats: formats.map(flat),
    prediction,
    ...(attentionMonitor === undefined ? {} : { attentionMonitor }),
  };
}

/** Changes as numbers, with their intervals beside them. */
function flat<T extends Pick<Agreement, "anttChange" | "violationChange">>({
  anttChange,
  violationChange,
  ...rest
}: T) {
  return { ...rest, ...numbers("anttChange", anttChange), ...numbers("violationChange", violationChange) };
}

function numbers(name: string, { mean, ci95 }: Estimate): Record<string, number | null> {
  return { [name]: mean, [`${name}Ci95`]: ci95 };
}
