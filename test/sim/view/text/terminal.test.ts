/** Does what is shown on a terminal fit it, in proportion, and only there? */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type MetricName, metricNames } from "../../../../sim/core/metrics.ts";
import type { Estimate, MetricEstimates, SchedulerSummary } from "../../../../sim/study/run/summary.ts";
import { barChart } from "../../../../sim/view/text/bar-chart.ts";
import { comparisonTable, perModelTable } from "../../../../sim/view/text/summary-render.ts";
import { wrapped } from "../../../../sim/view/text/terminal.ts";
import { dysta, folderWith, smallProject } from "../../cli/dysta.ts";

function estimates(metrics: Partial<Record<MetricName, number>>): MetricEstimates {
  const estimate = (mean: number): Estimate => ({ mean, ci95: mean / 10 });
  return Object.fromEntries(metricNames.map((name) => [name, estimate(metrics[name] ?? 1)])) as MetricEstimates;
}

function summaryOf(scheduler: string, violationRate: number, antt: number, networks = 5): SchedulerSummary {
  const names = Array.from({ length: networks }, (_, k) => `network-with-long-name-${k}/unstructured`);
  const own = estimates({ violationRate, antt });
  return { scheduler, overall: own, perModel: Object.fromEntries(names.map((name) => [name, own])), perSeed: [] };
}

const linesOf = (text: string) => stripVTControlCharacters(text).split("\n");
const widest = (text: string) => Math.max(...linesOf(text).map((line) => line.length));
const summaries = [
  summaryOf("slow", 0.5, 100),
  summaryOf("half", 0.25, 50),
  summaryOf("quick", 0.0001, 12.5),
  summaryOf("perfect", 0, 1),
];

describe("the bar chart", () => {
  it("has a line per scheduler, its bars in proportion to the values beside them, to an eighth of a column", () => {
    const [head, ...lines] = linesOf(barChart(summaries, 80));
    expect(head.trim().split(/ {2,}/)).toEqual(["violations %", "ANTT"]);
    const [slow, half, quick, perfect] = lines.map((line) => {
      const [, name, violations, first, antt, second] =
        /^(\w+) +([\d.]+) ([█▏▎▍▌▋▊▉]*) +([\d.]+) ([█▏▎▍▌▋▊▉]+)$/.exec(line) ?? [];
      return { name, violations, antt, lengths: [lengthOf(first), lengthOf(second)] };
    });
    expect([slow, half, quick, perfect].map(({ name, violations, antt }) => [name, violations, antt])).toEqual([
      ["slow", "50.00", "100.00"],
      ["half", "25.00", "50.00"],
      ["quick", "0.01", "12.50"],
      ["perfect", "0.00", "1.00"],
    ]);
    expect(half.lengths).toEqual(slow.lengths.map((length) => length / 2));
    expect(quick.lengths).toEqual([1, Math.round(slow.lengths[1] / 8)]);
    expect(perfect.lengths[0]).toBe(0);
    expect(Math.min(...slow.lengths)).toBeGreaterThan(150);
  });

  it("stays below 80 columns on any terminal, and within it on a narrow one, whatever the names", () => {
    const long = [...summaries, summaryOf("a-scheduler-of-a-user-with-a-name-beyond-all-measure", 1, 7)];
    expect(widest(barChart(long, 300))).toBeLessThan(80);
    expect(widest(barChart(long, 60))).toBeLessThan(60);
    expect(linesOf(barChart(long, 80)).at(-1)).toMatch(/^a-scheduler-of-a-us… +100\.00 █+ +7\.00 █/);
  });

  it("aligns its columns", () => {
    const starts = linesOf(barChart(summaries, 80))
      .slice(1)
      .map((line) => line.search(/[\d.]+ [█▏▎▍▌▋▊▉]+$/));
    const ends = linesOf(barChart(summaries, 80))
      .slice(1)
      .map((line) => line.search(/ [█▏▎▍▌▋▊▉]+$/));
    expect(new Set(ends).size).toBe(1);
    expect(Math.min(...starts)).toBeGreaterThan(30);
  });
});

/** In eighths of a column. */
function lengthOf(bar: string): number {
  return [...bar].reduce((sum, block) => sum + "▏▎▍▌▋▊▉█".indexOf(block) + 1, 0);
}

describe("a table", () => {
  it.each([60, 80])("fits a terminal of %d columns, and says what it left out", (columns) => {
    const text = comparisonTable(summaries, columns);
    expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(text).toMatch(/^scheduler +violations % +ANTT/);
    const left = /no room for ([^:]+):/.exec(text.replaceAll("\n", " "))?.[1].split(", ") ?? [];
    const shown = linesOf(text)[0].trim().split(/ {2,}/);
    const all = linesOf(comparisonTable(summaries, 300))[0].trim().split(/ {2,}/);
    expect(left.length).toBeGreaterThan(0);
    expect([...shown, ...left].sort()).toEqual([...all].sort());
  });

  it("is whole where it fits, and 100 columns wide when it is piped, with the share on time and milliseconds", () => {
    expect(comparisonTable(summaries, 200)).not.toContain("no room");
    const piped = comparisonTable(summaries);
    expect(piped).toBe(comparisonTable(summaries, 100));
    expect(widest(piped)).toBeLessThanOrEqual(100);
    const head = linesOf(piped)[0].trim().split(/ {2,}/);
    for (const title of ["violations %", "on time %", "ANTT", "p95 ms", "p99 ms"]) expect(head).toContain(title);
  });

  it("of networks becomes several tables where they do not fit side by side, each network once", () => {
    const whole = perModelTable(summaries, 300);
    const text = perModelTable(summaries, 80);
    expect(widest(whole)).toBeGreaterThan(120);
    expect(widest(perModelTable(summaries))).toBeLessThanOrEqual(100);
    expect(widest(text)).toBeLessThanOrEqual(80);
    const names = (table: string) => [...table.matchAll(/network-with-long-name-\d/g)].map(([name]) => name);
    expect(names(text)).toEqual(names(whole));
    expect(text.match(/^perfect /gm)).toHaveLength(text.split("\n\n").length);
  });
});

describe("sentences", () => {
  it("break between words where the terminal ends, colours not counted; nowhere else", () => {
    expect(wrapped("one two three", 7)).toBe("one two\nthree");
    expect(wrapped("one\ntwo  three", 20)).toBe("one\ntwo  three");
    expect(wrapped("\u001b[1mone\u001b[22m two", 7)).toBe("\u001b[1mone\u001b[22m two");
    expect(wrapped("overlong", 3)).toBe("overlong");
    expect(wrapped("one two three", undefined)).toBe("one two three");
  });
});

describe("in a pipe", () => {
  it("there are no bars, no colours and no progress, even where colours are wished for", () => {
    const cwd = folderWith(smallProject);
    const { stdout, stderr } = dysta(["run", "scenario.yaml"], { cwd, env: { CI: "1", FORCE_COLOR: "1" } });
    expect(stderr).toBe("");
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    expect(stdout).not.toMatch(/[█▏▎▍▌▋▊▉]/);
    expect(stdout).toMatch(/^dysta .*–/m);
  });
});
