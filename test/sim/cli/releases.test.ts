/** A scenario in which networks have their own frames, release others and are dropped when late, through the command line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readRunFolder } from "../../../sim/study/run/run-data.ts";
import { traceComplaints } from "../../models/trace-rules.ts";
import { rowsOf } from "../view/report/folders.ts";
import { folderWith, scratchFolder, smallProject } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const scenario = `name: chain
table: tables.csv
models:
  - { model: a, arrivals: { kind: periodic, fps: 16, jitter: 5 ms }, deadline: period, late: drop }
  - { model: b, after: { model: a, probability: 0.5, delay: 3 ms }, deadline: 90 ms }
requests: 60
schedulers: [fcfs, dysta]
seeds: 2
`;
const project = folderWith({ ...smallProject, "chain.yaml": scenario });
const out = join(scratchFolder(), "results");

beforeAll(async () => {
  const { status, stderr } = await dystaInProcess(["run", "chain.yaml", "--out", out], project);
  expect([status, stderr]).toEqual([0, ""]);
});

describe("the folder", () => {
  it("says who releases whom, and in results.csv when that was", () => {
    const requests = rowsOf(out, "requests.csv").filter(({ seed }) => seed === "1");
    const released = requests.filter(({ after }) => after !== "");
    expect(requests.length - released.length).toBe(60);
    expect(released.length).toBeGreaterThan(10);
    expect(released.every(({ model, arrival, deadline }) => `${model}${arrival}${deadline}` === "b")).toBe(true);
    const results = rowsOf(out, "results.csv").filter(({ seed }) => seed === "1");
    for (const scheduler of ["fcfs", "dysta"]) {
      const own = new Map(results.filter((row) => row.scheduler === scheduler).map((row) => [row.request, row]));
      for (const { request, after } of released) {
        const [child, parent] = [own.get(request), own.get(after)];
        // Cycles of a millisecond.
        if (child === undefined) expect(parent === undefined || parent.dropped === "1").toBe(true);
        else {
          expect(Number(child.arrival)).toBe(Number(parent?.finish) + 3);
          expect(Number(child.deadline)).toBe(Number(child.arrival) + 90);
          expect(Number(child.turnaround_ms)).toBeCloseTo(Number(child.finish) - Number(child.arrival), 9);
        }
      }
    }
  });

  it("is read back, drawn, and run again from its own config.yaml", async () => {
    const { runs, requests } = readRunFolder(out);
    expect(runs.every(({ arrival, finish }) => arrival?.length === finish.length)).toBe(true);
    expect(requests.get(1)?.arrival.filter(Number.isNaN).length).toBeGreaterThan(10);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("some requests are released by the end of others");
    expect(traceComplaints(readFileSync(join(out, "timeline.json"), "utf8"))).toEqual([]);
    const again = await dystaInProcess(["run", join(out, "config.yaml"), "--json"], project);
    expect(JSON.parse(again.stdout).schedulers).toEqual(
      JSON.parse(readFileSync(join(out, "summary.json"), "utf8")).schedulers,
    );
  });
});

describe("what is said", () => {
  it("of every network's own requests, in the text and in every document", async () => {
    const { stdout } = await dystaInProcess(["run", "chain.yaml"], project);
    expect(stdout).toMatch(/violations % +ANTT +on time % .* ms/);
    const { schedulers } = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
    const rows = rowsOf(out, "results.csv").filter(({ scheduler }) => scheduler === "fcfs");
    const late = (seed: string) => {
      const own = rows.filter((row) => row.seed === seed);
      return own.filter(({ violated }) => violated === "1").length / own.length;
    };
    expect(schedulers.fcfs.onTimeRate).toBeCloseTo(1 - (late("1") + late("2")) / 2, 12);
    const longest = rows
      .filter(({ seed, dropped }) => `${seed}${dropped}` === "10")
      .map((row) => Number(row.turnaround_ms));
    expect(schedulers.fcfs.perSeed[0].turnaroundMs.max).toBe(Math.max(...longest));
    expect(schedulers.fcfs.perModel["b/y"].turnaroundMs).toMatchObject({
      mean: expect.any(Number),
      p99Ci95: expect.any(Number),
    });
    expect(stdout).toContain("a: 16 frames/s ± 5 ms, deadline one period later, dropped if not begun by then.");
    expect(stdout).toContain("b: after a with probability 0.5, 3 ms later, deadline 90 ms later.");
  });

  it("of what cannot be", async () => {
    const text = (change: [string, string]) => folderWith({ ...smallProject, "s.yaml": scenario.replace(...change) });
    const refused = async (options: string[], change: [string, string] = ["", ""]) => {
      const { status, stderr } = await dystaInProcess(["run", "s.yaml", ...options], text(change));
      expect(status).toBe(2);
      return stderr.trim();
    };
    expect(await refused(["--dispatch", "hardware"])).toBe(
      "dysta: scenario s.yaml: models: a: late drop needs dispatch software: the scheduling unit cannot give a request up",
    );
    expect(await refused(["--bounds"])).toBe(
      "dysta: --bounds: they hold for requests whose arrivals are given, here some are released by others",
    );
    const short = text(["deadline: 90 ms", "deadline: 10 ms"]);
    const { status, stderr } = await dystaInProcess(["run", "s.yaml", "--json"], short);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /models: b\/y: no request can be on time: the deadline is 10 ms, alone it takes 50 ms or more/,
    );
  });

  it("by the scheduling unit, where nothing is dropped", async () => {
    const kept = folderWith({ ...smallProject, "s.yaml": scenario.replace(", late: drop", "") });
    const { stdout } = await dystaInProcess(["run", "s.yaml", "--json", "--dispatch", "hardware"], kept);
    const { agreement, schedulers } = JSON.parse(stdout);
    expect(agreement.equalShare).toBeGreaterThan(0.5);
    expect(schedulers.dysta.perModel["b/y"].antt).toBeGreaterThanOrEqual(1);
  });
});
