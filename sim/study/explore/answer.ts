/** The answer of an exploration in words. Every number in it is a figure of a point. */

import { cycleParts } from "../../../hw/array/counters.ts";
import { shareText } from "../../../workloads/input/share.ts";
import { traceHasDeadlines } from "../../../workloads/requests/trace.ts";
import { arrivalsOf } from "../../../workloads/scenarios/scenario.ts";
import { estimate } from "../run/summary.ts";
import type { ExploredPoint } from "./compared-points.ts";
import type { Exploration } from "./explore.ts";
import { bySize, isAnswer } from "./judged-point.ts";

/** What changes by less is called no change. */
const smallChange = 0.01;

/** Sentences, the most important first. */
export function answerOf(exploration: Exploration): string {
  const { points } = exploration;
  const sentences = [
    targetSentence(exploration),
    ...whySentence(exploration),
    ...schedulersSentence(exploration),
    ...searchSentence(exploration),
    ...(points.length > 1 ? [growthSentence(points), frontSentence(exploration), ...shapeSentence(points)] : []),
    conditionsSentence(exploration),
  ];
  return sentences.map((sentence) => `${sentence[0].toUpperCase()}${sentence.slice(1)}.`).join(" ");
}

function targetSentence(exploration: Exploration): string {
  const { points: all, scheduler, target, beyondLimits } = exploration;
  const question = `for ${exploration.scenario.name} at ${rateText(exploration)} with ${scheduler}`;
  const points = all.filter(({ withinLimits }) => withinLimits);
  const beyond = beyondLimits + all.length - points.length;
  const limits = beyond === 0 ? "" : ` (${beyond} of those chosen ${beyond === 1 ? "is" : "are"} beyond the limits)`;
  const bySize = points.toSorted(bySizeThen(({ antt }) => antt));
  const smallest = bySize.find(({ reachesTarget }) => reachesTarget);
  const goal = target === 1 ? "without violations" : `with ${shareText(target)} of the requests on time`;
  if (smallest === undefined) {
    const fewest = points.toSorted((a, b) => a.violationRate - b.violationRate || a.pes - b.pes)[0];
    return (
      `${question} no array of ${rangeText(points)} is ${goal}${limits}; ${arrayText(fewest, points)} has the fewest violations, ` +
      `${percentText(fewest.violationRate)} % of the requests${intervalText(fewest.violationRateLow, fewest.violationRateHigh, percentText)}`
    );
  }
  const { violationRateHigh } = smallest;
  const sure = violationRateHigh === null ? "" : `; at 95 % no more than ${percentText(violationRateHigh)} % are late`;
  const requests = `${requestsText(exploration)}${sure}`;
  if (points.length === 1) return `${question} ${arrayText(smallest, points)} is ${goal} (${requests})${limits}`;
  if (points.every(({ reachesTarget }) => reachesTarget)) {
    return `${question} all of the arrays are ${goal} (${requests} each)${limits}, even the smallest that was tried, ${arrayText(smallest, points)}`;
  }
  const smaller = bySize.slice(0, bySize.indexOf(smallest));
  const next = smaller.toSorted((a, b) => a.violationRate - b.violationRate)[0];
  const before =
    next === undefined
      ? ""
      : `; of the smaller ones ${arrayText(next, points)} comes nearest, with ${percentText(next.violationRate)} % violated${apartText(smallest, next)}`;
  return `${question} the smallest of the ${points.length} arrays tried ${goal} (${requests})${limits} is ${arrayText(smallest, points)}${busyText(smallest)}${before}`;
}

/** Whether two arrays differ in violations on the same requests by more than the seeds do. */
function apartText(point: ExploredPoint, other: ExploredPoint): string {
  const { mean, ci95 } = estimate(point.perSeed.map((own, k) => own.violationRate - other.perSeed[k].violationRate));
  return ci95 !== null && Math.abs(mean) <= ci95 ? ", which these seeds do not tell apart from it" : "";
}

/** Why that array takes its time: causes and the layer that takes most of it. */
function whySentence({ points }: Exploration): string[] {
  const answer = points.filter(isAnswer).toSorted(bySizeThen(({ antt }) => antt))[0];
  if (answer === undefined || answer.causes === null) return [];
  const { causes, bindingLayer, latencyMs, p95Ms } = answer;
  const { model, layer, share, boundBy } = bindingLayer;
  const largest = cycleParts.toSorted((a, b) => causes[b] - causes[a]).slice(0, 3);
  const shares = largest.map((part) => `${part} ${percentText(causes[part])} %`).join(", ");
  return [
    `there an inference takes ${figure(latencyMs)} ms alone, 95 % of the requests are done within ${figure(p95Ms)} ms, and its cycles go to ${shares}; ` +
      `${model} ${layer} takes most of them, ${percentText(share)} %${boundBy === null ? "" : `, bound by ${boundBy}`}`,
  ];
}

/** Which scheduler, where several were asked for. */
function schedulersSentence({ onAnswer }: Exploration): string[] {
  if (onAnswer === null) return [];
  const { schedulers, fewestViolations, notToldApart } = onAnswer;
  const late = schedulers.map(({ scheduler, violationRate }) => `${scheduler} ${percentText(violationRate)} %`);
  const best =
    fewestViolations === null
      ? ""
      : `; ${fewestViolations} has the fewest${notToldApart.length === 0 ? ", told apart from all others" : `, not told apart from ${notToldApart.join(", ")}`}`;
  return [`there the schedulers have late ${late.join(", ")}${best}`];
}

/** What was tried between the sizes that were chosen. */
function searchSentence({ points, foundCount }: Exploration): string[] {
  if (foundCount === 0) return [];
  const found = points.slice(points.length - foundCount);
  const tried = found.map((point) => `${point.shape} (${point.pes} PEs: ${isAnswer(point) ? "enough" : "not enough"})`);
  return [`between the sizes chosen were tried ${tried.join(", ")}; nothing is said of sizes that were not`];
}

function busyText({ load }: ExploredPoint): string {
  return load === null ? "" : `, which is busy ${percentText(load)} % of the time`;
}

/** From which size on more PEs change ANTT by less than `smallChange`. */
function growthSentence(points: readonly ExploredPoint[]): string {
  const sizes = [...new Set(points.map(({ pes }) => pes))].sort((a, b) => a - b);
  const best = sizes.map((pes) => lowest(pointsWith(points, pes), ({ antt }) => antt));
  const least = lowest(best, ({ antt }) => antt);
  const enough = best.find(({ antt }) => antt <= least.antt * (1 + smallChange)) ?? least;
  const largest = best[best.length - 1];
  if (sizes.length === 1) return `ANTT is ${anttText(least)} at best, on ${arrayText(least, points)}`;
  if (enough.pes < largest.pes) {
    return `more than ${enough.pes} PEs change ANTT by less than ${smallChange * 100} % (${anttText(enough)} on ${arrayText(enough, points)})`;
  }
  const before = best[best.length - 2];
  const change = 1 - largest.antt / before.antt;
  return (
    `ANTT still falls by ${percentText(change)} % from ${before.pes} to ${largest.pes} PEs, the most that were tried ` +
    `(${anttText(before)} to ${anttText(largest)}${changeText(before, largest)})`
  );
}

/** Whether a fall of ANTT on the same requests is more than the difference between seeds. */
function changeText(before: ExploredPoint, after: ExploredPoint): string {
  const { mean, ci95 } = estimate(before.perSeed.map(({ antt }, k) => antt - after.perSeed[k].antt));
  return ci95 !== null && Math.abs(mean) <= ci95 ? "; less than the seeds differ" : "";
}

function frontSentence({ knee, objectives, points, frontNeighbours }: Exploration): string {
  const [cost, ...gains] = objectives.map(({ title }) => title);
  const front = points.filter(({ onFront }) => onFront).length;
  const what = `the front of ${cost} against ${gains.join(" and ")}`;
  const known = frontNeighbours.filter(({ anttCi95 }) => anttCi95 !== null);
  const told = known.filter(({ toldApart }) => toldApart).length;
  const apart =
    known.length === 0 ? "" : `; these seeds tell apart ${told} of ${known.length} pairs of neighbours on it`;
  if (objectives.length > 2) return `${what} has ${front} of ${points.length} arrays${apart}`;
  if (knee === null) return `${what} has ${front === 1 ? "one array" : `${front} arrays`} and no knee${apart}`;
  return `the knee of ${what} (${front} of ${points.length} arrays) is ${arrayText(knee, points)}${apart}`;
}

/** What the shape alone changes, where it changes most. */
function shapeSentence(points: readonly ExploredPoint[]): string[] {
  const ranges = points.map(({ pes, macsPerPe }) => {
    const group = points.filter((other) => other.pes === pes && other.macsPerPe === macsPerPe);
    const fastest = lowest(group, ({ cycles }) => cycles);
    const slowest = lowest(group, ({ cycles }) => -cycles);
    return { fastest, slowest, ratio: slowest.cycles / fastest.cycles };
  });
  const { fastest, slowest, ratio } = lowest(ranges, (range) => -range.ratio);
  if (ratio === 1) return [];
  return [
    `among the shapes of ${fastest.pes} PEs, cycles are ${percentText(ratio - 1)} % more on ${gridText(slowest)} than on ${gridText(fastest)}`,
  ];
}

function conditionsSentence({ base, deadlines, scenario, points }: Exploration): string {
  const ofBase = `${base.name}, ${base.shape}`;
  const limit =
    scenario.arrivals?.kind === "trace"
      ? "arrivals are those of the trace, the same for all arrays"
      : "arrivals are the same for all arrays";
  const { arrivals } = scenario;
  const areStated = scenario.models?.every(({ deadline }) => deadline !== undefined) === true;
  const what = areStated
    ? "and so are the deadlines, which the scenario states"
    : arrivals?.kind === "trace" && traceHasDeadlines(arrivals.file)
      ? "and so are the deadlines, which are the trace's"
      : deadlines === "base"
        ? `deadlines too, as multiples of the latency alone on the base array (${ofBase})`
        : "deadlines are multiples of the latency alone on each array";
  return `${limit}, ${what}; ${points.length === 1 ? "the array was" : `all ${points.length} arrays were`} run in full`;
}

/** `8x2 clusters of 3x4 PEs (192 PEs)` */
function arrayText(point: ExploredPoint, points: readonly ExploredPoint[]): string {
  const area = point.area === undefined ? "" : `, ${Number(point.area.toPrecision(3))} mm²`;
  const isVaried = points.some(({ macsPerPe }) => macsPerPe !== point.macsPerPe);
  return `${gridText(point)} (${point.pes} PEs${isVaried ? ` of ${point.macsPerPe} MACs` : ""}${area})`;
}

function gridText({ shape }: ExploredPoint): string {
  const [clusterRows, clusterColumns, peRows, peColumns] = shape.split("x");
  const isOne = clusterRows === "1" && clusterColumns === "1";
  return `${isOne ? "1 cluster" : `${clusterRows}x${clusterColumns} clusters`} of ${peRows}x${peColumns} PEs`;
}

function rateText({ scenario }: Exploration): string {
  const all = arrivalsOf(scenario);
  const { arrivals } = scenario;
  if (arrivals === undefined || all.length > 1) return "the arrivals of its networks";
  if (arrivals.kind === "trace") return "the arrivals of its trace";
  if (arrivals.kind === "periodic") return `${arrivals.fps} frames/s`;
  const burst = arrivals.kind === "bursty" ? " while on" : "";
  return `${arrivals.rate} requests/s${burst}`;
}

function requestsText({ requestCount, seeds }: Exploration): string {
  return seeds.length === 1 ? `${requestCount} requests` : `${seeds.length} × ${requestCount} requests`;
}

function rangeText(points: readonly ExploredPoint[]): string {
  const pes = points.map((point) => point.pes);
  const [least, most] = [Math.min(...pes), Math.max(...pes)];
  return least === most ? `${least} PEs` : `${least} to ${most} PEs`;
}

function anttText({ antt, anttLow, anttHigh }: ExploredPoint): string {
  return `ANTT ${figure(antt)}${intervalText(anttLow, anttHigh, figure)}`;
}

/** The 95 % interval, in brackets. */
function intervalText(low: number | null, high: number | null, text: (value: number) => string): string {
  return low === null || high === null ? "" : ` (${text(low)}–${text(high)})`;
}

/** Three digits. */
function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Two digits. */
function percentText(share: number): string {
  return String(Number((share * 100).toPrecision(2)));
}

function pointsWith(points: readonly ExploredPoint[], pes: number): ExploredPoint[] {
  return points.filter((point) => point.pes === pes);
}

/** The first with the least value. */
function lowest<T>(all: readonly T[], figureOf: (one: T) => number): T {
  return all.reduce((best, one) => (figureOf(one) < figureOf(best) ? one : best));
}

/** By area where it is known, else by PEs and SRAM; then by `last`. */
function bySizeThen(last: (point: ExploredPoint) => number) {
  return (a: ExploredPoint, b: ExploredPoint) => bySize(a, b) || last(a) - last(b);
}
