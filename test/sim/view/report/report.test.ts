/** Does a report say what the result folder says, need nothing from outside, and name what it cannot show? */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { readRunFolder } from "../../../../sim/study/run/run-data.ts";
import { type Report, runReport } from "../../../../sim/view/report/run/report.ts";
import { writeReport } from "../../../../sim/view/report/write-report.ts";
import { folderWith, scratchFolder, smallProject } from "../../cli/dysta.ts";
import { dystaInProcess } from "../../cli/in-process.ts";
import { copyOf, dropColumns, exactCopyOf, handMadeProfile, rowsOf, smallResult } from "./folders.ts";

const folder = await smallResult();
const inHardware = await smallResult(["--dispatch", "hardware", "--format", "fp32"]);
const full = copyOf(inHardware);
writeFileSync(join(full, "profile.json"), JSON.stringify(handMadeProfile()));
const reports = { small: await runReport(readRunFolder(folder)), full: await runReport(readRunFolder(full)) };
const summary = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
const schedulers = ["fcfs", "sjf", "dysta"];

function tablesOf({ document }: Report, id: string) {
  const figure = document.figures.find((each) => each.id === id);
  if (figure === undefined) throw new Error(`no figure ${id}`);
  return figure.tables;
}

describe("the numbers of a report", () => {
  it("are those of summary.json", () => {
    const { columns, rows } = reports.small.document.tables[0];
    const intervals = (name: string) => [name, `${name}Low`, `${name}High`];
    const shares = [...intervals("violationRate"), "onTimeRate", "dropRate"];
    const inMs = ["mean", "p50", "p95", "p99", "max"];
    const others = [...intervals("antt"), "p50", "p95", "p99", "max", "throughputPerS", "stp", "preemptions", "jain"];
    expect(columns).toHaveLength(1 + shares.length + inMs.length + others.length);
    for (const [k, name] of schedulers.entries()) {
      const own = summary.schedulers[name];
      const expected = [
        ...shares.map((metric) => own[metric] * 100),
        ...inMs.map((part) => own.turnaroundMs[part]),
        ...others.map((metric) => own[metric]),
      ];
      expect(rows[k]).toEqual([name, ...expected]);
    }
  });

  it("are shown as they are, the best of each column marked", () => {
    const antts = schedulers.map((name): number => summary.schedulers[name].antt).sort((a, b) => a - b);
    expect(reports.small.html).toContain(`<td class="best">${antts[0].toFixed(2)}</td>`);
    for (const antt of antts.slice(1)) expect(reports.small.html).toContain(`<td>${antt.toFixed(2)}</td>`);
  });

  it("of networks and of differences are those of summary.json", () => {
    const [, violations, antts, ...others] = reports.small.document.tables;
    const [onTime, dropped, meanMs, p95Ms, p99Ms, maxMs, bounds, differences] = others;
    const { violationRate: share, antt: mean } = summary.bounds;
    expect(bounds.rows).toEqual([
      ["lower bound", share.lower * 100, mean.lower],
      ["feasible", share.feasible * 100, mean.feasible],
    ]);
    const { perModel } = summary.schedulers.dysta;
    expect(violations.columns.map(({ title }) => title)).toEqual(["scheduler", "a/x", "b/y"]);
    expect(violations.rows[2]).toEqual(["dysta", ...["a/x", "b/y"].map((key) => perModel[key].violationRate * 100)]);
    expect(antts.rows[2]).toEqual(["dysta", perModel["a/x"].antt, perModel["b/y"].antt]);
    for (const [table, share] of [
      [onTime, "onTimeRate"],
      [dropped, "dropRate"],
    ] as const) {
      expect(table.rows[2]).toEqual(["dysta", perModel["a/x"][share] * 100, perModel["b/y"][share] * 100]);
    }
    for (const [table, part] of [
      [meanMs, "mean"],
      [p95Ms, "p95"],
      [p99Ms, "p99"],
      [maxMs, "max"],
    ] as const) {
      expect(table.rows[2]).toEqual(["dysta", ...["a/x", "b/y"].map((key) => perModel[key].turnaroundMs[part])]);
    }
    const [{ scheduler, violationRate, violationRateCi95, antt, anttCi95 }] = summary.differences;
    expect(differences.rows[0]).toEqual([scheduler, violationRate * 100, violationRateCi95 * 100, antt, anttCi95]);
  });

  it("of the trade-off are means and intervals, of the turnarounds the quantiles of summary.json", () => {
    const [tradeoff] = tablesOf(reports.small, "tradeoff");
    const [turnaround] = tablesOf(reports.small, "turnaround");
    expect(turnaround.columns.map(({ title }) => title).slice(1)).toEqual([
      "5 %",
      "25 %",
      "50 %",
      "75 %",
      "95 %",
      "99 %",
      "slowest",
    ]);
    for (const [k, name] of schedulers.entries()) {
      const { violationRate, violationRateLow, violationRateHigh, antt, anttLow, anttHigh, p50, p95, p99, max } =
        summary.schedulers[name];
      const violations = [violationRate, violationRateLow, violationRateHigh].map((share) => share * 100);
      expect(tradeoff.rows[k]).toEqual([name, ...violations, antt, anttLow, anttHigh]);
      const [, , , half, , most, nearly, all] = turnaround.rows[k] as number[];
      for (const [q, value] of [p50, p95, p99, max].entries()) {
        expect([half, most, nearly, all][q]).toBeCloseTo(value, 12);
      }
    }
  });

  it("of the queue are those that a count at every event gives", () => {
    const [overall, slices] = tablesOf(reports.small, "queue");
    const arrivals = rowsOf(folder, "requests.csv")
      .filter(({ seed }) => seed === "1")
      .map((row) => Number(row.arrival));
    for (const [k, name] of schedulers.entries()) {
      const finishes = rowsOf(folder, "results.csv")
        .filter(({ scheduler, seed }) => scheduler === name && seed === "1")
        .map((row) => Number(row.finish));
      const inSystem = (at: number): number => arrivals.filter((time, r) => time <= at && finishes[r] > at).length;
      expect(overall.rows[k][2]).toBe(Math.max(...arrivals.map(inSystem)));
      const requestTime = finishes.reduce((sum, time, r) => sum + time - arrivals[r], 0);
      // The span is that of all schedulers; each of them ends with the last request here.
      const span =
        Math.max(
          ...rowsOf(folder, "results.csv")
            .filter(({ seed }) => seed === "1")
            .map((r) => Number(r.finish)),
        ) - arrivals[0];
      expect(overall.rows[k][1]).toBeCloseTo(requestTime / span, 9);
      const most = Math.max(...slices.rows.map((row) => row[k + 1] as number));
      expect(most).toBe(overall.rows[k][2]);
      const third = Math.floor(slices.rows.length / 3);
      const from = arrivals[0] + (span * third) / slices.rows.length;
      const to = arrivals[0] + (span * (third + 1)) / slices.rows.length;
      const within = [from, ...arrivals.filter((time) => time > from && time < to)].map(inSystem);
      expect(slices.rows[third][k + 1]).toBe(Math.max(...within));
    }
  });

  it("of the predictions are the errors of prediction.csv", () => {
    const [{ rows }] = tablesOf(reports.small, "prediction");
    const own = rowsOf(folder, "prediction.csv").map((row) => [row.average, row.predicted, row.real].map(Number));
    // Network a has two samples of two layers, b has one layer and nothing to predict; the clock is 1 kHz.
    expect(own).toHaveLength(2);
    const mean = (own[0][2] + own[1][2]) / 2;
    const rmse = (which: number) =>
      Math.sqrt(((own[0][which] - own[0][2]) ** 2 + (own[1][which] - own[1][2]) ** 2) / 2);
    const bias = (own[0][1] + own[1][1]) / (own[0][2] + own[1][2]) - 1;
    const expected = [2, mean, (rmse(1) / mean) * 100, (rmse(0) / mean) * 100, bias * 100];
    expect(rows).toHaveLength(1);
    expect(rows[0][0]).toBe("a/x");
    for (const [k, value] of expected.entries()) expect(rows[0][k + 1]).toBeCloseTo(value, 9);
  });

  it("of layers say what takes their cycles and where they are on the roofline", () => {
    const [networks, layers] = tablesOf(reports.full, "utilisation");
    expect(layers.rows.map((row) => row[4])).toEqual(["MACs", "barrier", "memory"]);
    expect(networks.rows[0].map((cell) => (typeof cell === "number" ? Math.round(cell) : cell))).toEqual([
      "a/x",
      250,
      30,
      44,
      28,
      0,
      0,
      28,
    ]);
    const [roofline] = tablesOf(reports.full, "roofline");
    expect(roofline.rows.map((row) => [row[1], row[4], row[5]])).toEqual([
      ["full", 4, "macs"],
      ["uneven", 4, "macs"],
      ["starved", 1, "memory"],
    ]);
    expect(reports.full.html).toContain("1 of 3 layers are under the slope");
  });

  it("of hardware dispatch are those of summary.json", () => {
    const { unit, agreement } = JSON.parse(readFileSync(join(full, "summary.json"), "utf8"));
    const [agreed, cycles] = tablesOf(reports.full, "agreement");
    expect(agreed.rows[0][1]).toBe(agreement.equalShare * 100);
    expect(agreed.rows[2].slice(1)).toEqual([agreement.anttChange, agreement.anttChangeCi95]);
    expect(cycles.rows.map((row) => row.slice(0, 4))).toEqual(
      unit.perDecision.map((each: Record<string, number>) => [
        each.queue,
        each.decisions,
        each.cycles,
        each.exposedCycles,
      ]),
    );
  });
});

describe.each(Object.entries(reports))("the file, %s", (_, { html, document }) => {
  it("has a plot and a table for every figure, under a title that links to it", () => {
    for (const { id, title, tables } of document.figures) {
      const section = html.split(`<section id="${id}"`)[1]?.split("</section>")[0] ?? "";
      expect(section).toContain(title);
      expect(section).toMatch(/<svg role="img" aria-label="[^"]+"/);
      expect(tables.length).toBeGreaterThan(0);
      expect(section.match(/<table>/g)?.length).toBe(tables.length);
      expect(html).toContain(`<a href="#${id}">`);
    }
  });

  it("loads nothing and may not", () => {
    const withoutNames = html.replaceAll(/ xmlns(:xlink)?="http:\/\/www\.w3\.org\/[^"]*"/g, "");
    expect(withoutNames).not.toMatch(/https?:|\/\/[a-z]+\.[a-z]+\//i);
    expect(html).not.toMatch(/<(?:img|iframe|object|embed)|\bsrc=|@import|url\((?!#)/);
    expect(
      [...html.matchAll(/\bhref="([^"]*)"/g)].map(([, target]) => target[0]).every((c) => c === "#" || c === "d"),
    ).toBe(true);
    expect(html).toContain(`default-src 'none'`);
  });

  it("has one script, whole and allowed by its hash", () => {
    const [, script] = /<script type="module">([\s\S]*?)<\/script>/.exec(html) as RegExpExecArray;
    expect(html).toContain(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
    expect(script).not.toMatch(/^(?:import|export) /m);
    // In a strict block, as in a module, a name that is declared twice is an error.
    expect(() => new vm.Script(`"use strict"; { ${script} }`)).not.toThrow();
  });

  it("has no id twice, and no colour that the dark would not change", () => {
    const markup = html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "");
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, k) => ids.indexOf(id) !== k)).toEqual([]);
    expect(markup.match(/(?:fill|stroke)="#[^"]*"/g)).toBeNull();
  });
});

describe("a report", () => {
  it("is the same bytes every time, and those that dysta run wrote", async () => {
    expect((await runReport(readRunFolder(folder))).html).toBe(reports.small.html);
    const written = readFileSync(join(folder, "report.html"), "utf8");
    expect(written).toBe(reports.small.html);
  });

  it("escapes the names of others", async () => {
    const copy = copyOf(folder);
    const hostile = JSON.parse(readFileSync(join(copy, "summary.json"), "utf8"));
    hostile.name = '<img src=x onerror="1">';
    writeFileSync(join(copy, "summary.json"), JSON.stringify(hostile));
    const { html } = await runReport(readRunFolder(copy));
    expect(html).toContain("<h1>&lt;img src=x onerror=&quot;1&quot;&gt;</h1>");
    expect(html).not.toContain("<img");
  });

  it.each([
    ["one request", ["--requests", "1"]],
    ["one seed and one scheduler", ["--seeds", "1", "--scheduler", "fcfs"]],
    ["no violation", ["--slo", "1000"]],
    ["nothing but violations", ["--slo", "0.001"]],
    ["a clock that runs backwards", ["--fault", "clock-rolls-back,one-newcomer"]],
    ["a user's scheduler", ["--scheduler", "fcfs,./first.mjs"]],
  ])("of %s can be made", async (_, options) => {
    const { document } = await runReport(readRunFolder(await smallResult(options)));
    expect(document.figures.map(({ id }) => id)).toEqual(["tradeoff", "turnaround", "queue", "prediction"]);
  });
});

describe("what a folder does not have", () => {
  it("because no scheduler finished is named", async () => {
    const failed = join(scratchFolder(), "failed");
    const args = ["run", "scenario.yaml", "--scheduler", "./throwing.mjs", "--out", failed];
    expect((await dystaInProcess(args, folderWith(smallProject))).status).toBe(2);
    const { document } = await runReport(readRunFolder(failed));
    expect(document.figures).toEqual([]);
    expect(document.missing[0]).toBe("Figures: no scheduler finished on every seed.");
    expect(readFileSync(join(failed, "report.html"), "utf8")).toContain(`<li>${document.missing[0]}</li>`);
  });

  it("is named", () => {
    expect(reports.full.document.missing).toEqual([]);
    expect(reports.full.html).not.toContain('id="missing"');
    expect(reports.small.document.missing).toEqual([
      expect.stringMatching(/^Utilisation and roofline: the folder has no profile\.json/),
      expect.stringMatching(/^Agreement of hardware and software: /),
    ]);
    for (const line of reports.small.document.missing) expect(reports.small.html).toContain(`<li>${line}</li>`);
  });

  it("of an older version is named, and the rest is shown", async () => {
    const copy = copyOf(folder);
    rmSync(join(copy, "prediction.csv"));
    dropColumns(copy, "dispatch.csv", ["start", "end"]);
    const { document, html } = await runReport(readRunFolder(copy));
    expect(document.figures.map(({ id }) => id)).toEqual(["tradeoff", "turnaround", "queue"]);
    expect(document.missing.map((line) => line.split(":")[0])).toEqual([
      "Utilisation and roofline",
      "Predicted against actual latency",
      "Agreement of hardware and software",
      "Who runs when",
    ]);
    expect(html).not.toContain('id="schedules"');
  });
});

describe("dysta report", () => {
  it("writes the file anew and prints its place; --json prints the numbers", async () => {
    const copy = copyOf(folder);
    rmSync(join(copy, "report.html"));
    const { status, stdout, stderr } = await dystaInProcess(["report", copy]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[0]).toBe(join(copy, "report.html"));
    expect(readFileSync(join(copy, "report.html"), "utf8")).toBe(reports.small.html);
    const document = JSON.parse((await dystaInProcess(["report", copy, "--json"])).stdout);
    expect(document).toEqual({
      file: join(copy, "report.html"),
      ...JSON.parse(JSON.stringify(reports.small.document)),
    });
  });

  it.each([
    ["report nowhere: is not a result folder of dysta run (it has no summary.json)", (): string => "nowhere"],
    [
      /^report .*: is not a result folder of dysta run \(it has no results\.csv\)$/,
      () => altered((copy) => rmSync(join(copy, "results.csv"))),
    ],
    [/summary\.json: is damaged: .*JSON/, () => altered((copy) => writeFileSync(join(copy, "summary.json"), "{"))],
    [
      /summary\.json: is damaged: name: Invalid input: expected string, received undefined$/,
      () => altered((copy) => writeFileSync(join(copy, "summary.json"), "{}")),
    ],
    [
      /summary\.json: is damaged: seeds: Invalid input: expected array, received number$/,
      () => altered((copy) => replaceIn(copy, "summary.json", /"seeds": \[[^\]]*\]/, '"seeds": 1')),
    ],
    [
      /summary\.json: is damaged: schedulers\.fcfs\.antt: Invalid input: expected number, received undefined$/,
      () => altered((copy) => replaceIn(copy, "summary.json", /"antt": [^,]*,/, "")),
    ],
    [
      /dispatch\.csv: line 3: end must be a number up to 2\^53, is Infinity$/,
      () => altered((copy) => replaceIn(copy, "dispatch.csv", /(\n.*\n.*,)[^,\n]*\n/, "$1Infinity\n")),
    ],
    [
      /dispatch\.csv: line 3: end must be a number up to 2\^53, is 1e308$/,
      () => altered((copy) => replaceIn(copy, "dispatch.csv", /(\n.*\n.*,)[^,\n]*\n/, "$11e308\n")),
    ],
    [
      /dispatch\.csv: fcfs, seed 1, order 1: \d+ to 900000000 is no time of a run that ends at \d+$/,
      () => altered((copy) => replaceIn(copy, "dispatch.csv", /(\n.*\n.*,)[^,\n]*\n/, "$1900000000\n")),
    ],
    [
      /results\.csv: has no rows of sjf, seed 1, of which summary\.json tells$/,
      () => altered((copy) => replaceIn(copy, "results.csv", /\nsjf,1,.*/g, "")),
    ],
    [
      /results\.csv: line 2: quotes do not match$/,
      () => altered((copy) => replaceIn(copy, "results.csv", /\nfcfs/, '\n"fcfs')),
    ],
    [
      /results\.csv: is damaged: its SHA-256 is not the one it was written with \(provenance\.json\)$/,
      () => altered((copy) => replaceIn(copy, "results.csv", /\d\n/, (digit) => `${9 - Number(digit)}\n`), exactCopyOf),
    ],
    [
      /requests\.csv: is damaged: has \d+ bytes, was written with \d+ \(provenance\.json\)$/,
      () => altered((copy) => replaceIn(copy, "requests.csv", /\n$/, ""), exactCopyOf),
    ],
    [
      /dispatch\.csv: is missing, although provenance\.json says that it was written$/,
      () => altered((copy) => rmSync(join(copy, "dispatch.csv")), exactCopyOf),
    ],
    [
      /provenance\.json: is damaged: state: Invalid option: .*$/,
      () => altered((copy) => writeFileSync(join(copy, "provenance.json"), '{"state":"done"}')),
    ],
    [
      /results\.csv: line 2: must have 10 values, has 1$/,
      () => altered((copy) => replaceIn(copy, "results.csv", /\nfcfs.*/, "\nfcfs")),
    ],
    [
      /requests\.csv: line 2: arrival must be a number up to 2\^53, is soon$/,
      () => altered((copy) => replaceIn(copy, "requests.csv", /\n0,.*/, "\n0,a,x,0,1,soon,5,1")),
    ],
    [
      /results\.csv: seed 1 has other requests than requests\.csv$/,
      () => altered((copy) => replaceIn(copy, "requests.csv", /\n0,.*/, "")),
    ],
    [
      /requests\.csv: column deadline is missing$/,
      () => altered((copy) => dropColumns(copy, "requests.csv", ["deadline"])),
    ],
  ] as [string | RegExp, () => string][])("refuses with one line: %s", async (message, make) => {
    const { status, stdout, stderr } = await dystaInProcess(["report", make()]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^dysta: [^\n]+\n$/);
    const said = stderr.slice("dysta: ".length, -1);
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  it("says when the file cannot be written", async () => {
    const copy = copyOf(folder);
    rmSync(join(copy, "report.html"));
    // A folder of that name is in the way, for whoever runs the test.
    mkdirSync(join(copy, "report.html"));
    await expect(writeReport(copy)).rejects.toThrow(/^report .*: cannot be written: EISDIR$/);
  });
});

/** Path of a result folder in which something is amiss. */
function altered(change: (copy: string) => void, make = copyOf): string {
  const copy = make(folder);
  change(copy);
  return copy;
}

function replaceIn(copy: string, name: string, pattern: RegExp, text: string | ((found: string) => string)): void {
  const file = join(copy, name);
  writeFileSync(file, readFileSync(file, "utf8").replace(pattern, text as string));
}
