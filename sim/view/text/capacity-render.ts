/** `dysta capacity` for people. */
import { shareText } from "../../../workloads/input/share.ts";
import type { SchedulerCapacity } from "../../study/capacity/capacity.ts";
import type { Capacity } from "../../study/capacity/question.ts";
import { conditionLines } from "../../study/run/conditions.ts";
import { newTable } from "./table.ts";
import { colours, wrapped } from "./terminal.ts";

/** @param width columns of the terminal, if it is one */
export function capacityText(capacity: Capacity, width: number | undefined): string {
  const { scenario, target, schedulers, conditions } = capacity;
  const title = `${colours.bold(scenario.name)}  the highest rate at which ${shareText(target)} of the requests are on time, all rates scaled together`;
  const table = newTable(["scheduler", "requests/s", "load", "on time %", "rates tried"]);
  for (const each of schedulers) table.push(row(each));
  const said = ["The scenario, before its rates are scaled:", ...conditionLines(conditions, scenario)];
  const notes = [...answerLines(capacity), ...said];
  return [wrapped(title, width), table.toString(), wrapped(notes.join("\n"), width)].join("\n\n");
}

function row({ scheduler, reached, rate, rateCi95, load, onTimeRate, evaluations }: SchedulerCapacity): string[] {
  if (rate === null || load === null || onTimeRate === null) {
    return [scheduler, reached === "never" ? "none" : "any", "–", "–", String(evaluations)];
  }
  const interval = rateCi95 === null ? "" : ` ±${short(rateCi95)}`;
  return [scheduler, `${short(rate)}${interval}`, load.toFixed(3), (onTimeRate * 100).toFixed(3), String(evaluations)];
}

function answerLines({ schedulers, differences, target }: Capacity): string[] {
  const never = schedulers.filter(({ reached }) => reached === "never").map(({ scheduler }) => scheduler);
  const always = schedulers.filter(({ reached }) => reached === "always").map(({ scheduler }) => scheduler);
  return [
    ...differences.map(({ scheduler, against, mean, ci95, isToldApart }) => {
      const apart = isToldApart
        ? `${short(Math.abs(mean))} ±${short(ci95 ?? 0)} requests/s ${mean > 0 ? "more" : "fewer"} than ${against}`
        : `not told apart from ${against} (${short(mean)}${ci95 === null ? "" : ` ±${short(ci95)}`})`;
      return `${scheduler}: ${apart}.`;
    }),
    ...(never.length === 0
      ? []
      : [
          `At no rate that was tried, down to a thousandth of a load of 0.8, ${shareText(target)} are on time with ${never.join(", ")}.`,
        ]),
    ...(always.length === 0
      ? []
      : [
          `The target is met at any rate, since the requests are too few to pile up, with ${always.join(", ")}: --requests gives more.`,
        ]),
    "±: 95 % intervals over the seeds; differences seed by seed, on the same requests; less than 1 % is not told apart. A rate higher by 1 % misses the target.",
  ];
}

/** Four digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
