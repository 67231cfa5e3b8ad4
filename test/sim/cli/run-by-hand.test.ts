/** Does `dysta run` give, to the cycle, what two requests on a small table give on paper? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { folderWith } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

type Row = Readonly<Record<string, string>>;

/** At 2 kHz: `long` has two layers of 100 cycles, `short` one; of `short` two inputs were recorded, 3 and 7. */
const tables = [
  "# clock: 2000 Hz",
  "model,pattern,sample,layer,cycles,input_density",
  "long,x,0,0,100,0.5",
  "long,x,0,1,100,0.5",
  "short,x,3,0,110,0.5",
  "short,x,7,0,130,0.5",
  "",
].join("\n");

/** Requests and results of one run of `scheduler` over the rows of a trace in cycles. */
async function replay(scheduler: string, trace: readonly string[], settings: readonly string[] = []) {
  const scenario = [
    "name: by-hand",
    "table: tables.csv",
    "arrivals: { kind: trace, file: trace.csv, unit: cycles }",
    `requests: ${trace.length - 1}`,
    "seeds: 1",
    `schedulers: [${scheduler}]`,
    ...settings,
    "",
  ].join("\n");
  const cwd = folderWith({ "tables.csv": tables, "trace.csv": trace.join("\n"), "scenario.yaml": scenario });
  const { status, stderr } = await dystaInProcess(["run", "scenario.yaml", "--out", "results"], cwd);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const rows = (name: string): Row[] => parse(readFileSync(join(cwd, "results", name)), { columns: true });
  return { requests: rows("requests.csv"), results: rows("results.csv"), dispatch: rows("dispatch.csv") };
}

const numbers = (rows: readonly Row[], column: string) => rows.map((row) => Number(row[column]));

describe("the cost of a preemption", () => {
  // The long request is put aside after its first layer; the short one is due first.
  const trace = ["arrival,model,sample,deadline", "0,long,0,9000", "1,short,3,500"];

  it("is nothing unless asked for: the short request finishes at 100 + 110, the long one 100 later", async () => {
    const { results } = await replay("edf", trace);
    expect(numbers(results, "finish")).toEqual([310, 210]);
    expect(numbers(results, "preemptions")).toEqual([1, 0]);
  });

  it("of 3.4 ms is 6.8 cycles at 2 kHz, rounded to 7, and delays both", async () => {
    const { results } = await replay("edf", trace, ["preemptionCost: 3.4 ms"]);
    expect(numbers(results, "start")).toEqual([0, 107]);
    expect(numbers(results, "finish")).toEqual([317, 217]);
  });
});

describe("α of Dysta", () => {
  it("of one network makes its requests look longer: the other goes first", async () => {
    const trace = ["arrival,model,sample,deadline", "0,long,0,9000", "0,short,7,9000"];
    const first = async (settings: string[]) => (await replay("dysta", trace, settings)).dispatch[0].request;
    expect(await first([])).toBe("1");
    expect(await first(["dysta: { alpha: { short/x: 2 } }"])).toBe("0");
  });

  it("of all networks weighs work against slack: 1 lets the urgent request go first, 4 the smaller one", async () => {
    // With η = 1/2 the score is α · work / 2 + deadline / 2; `long` has 80 cycles more work and is due 200 earlier.
    const trace = ["arrival,model,sample,deadline", "0,long,0,1000", "0,short,3,1200"];
    const first = async (alpha: number) =>
      (await replay("dysta", trace, [`dysta: { eta: 0.5, alpha: ${alpha} }`])).dispatch[0];
    expect([(await first(1)).request, (await first(4)).request]).toEqual(["0", "1"]);
  });
});

describe("the files of a run", async () => {
  const { requests, results } = await replay("fcfs", [
    "arrival,model,sample,deadline,priority",
    "0,short,7,130,1",
    "0,short,3,239,3",
    "0,short,7,371,9",
  ]);

  it("name a sample by its number in the table, not by its row", () => {
    expect(numbers(requests, "sample")).toEqual([7, 3, 7]);
    expect(numbers(results, "finish")).toEqual([130, 240, 370]);
  });

  it("call violated what finishes after its deadline: the second by one cycle", () => {
    const late = requests.map(({ deadline }, request) => Number(results[request].finish) > Number(deadline));
    expect(late).toEqual([false, true, false]);
    expect(numbers(results, "violated")).toEqual(late.map(Number));
  });
});
