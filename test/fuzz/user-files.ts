/** Every kind of file that a user writes: a good one to begin with, and what reads it, without running anything. */
import { loadHardware } from "../../hw/presets/description-file.ts";
import { schedulerNames } from "../../sched/registry.ts";
import { readMappings } from "../../sim/profile/mapping-file.ts";
import { loadSweep } from "../../sim/study/sweep/sweep-file.ts";
import { loadLayerFile } from "../../workloads/networks/layer-file.ts";
import { readTrace } from "../../workloads/requests/trace.ts";
import { loadTables } from "../../workloads/scenarios/load-tables.ts";
import { loadScenario } from "../../workloads/scenarios/scenario.ts";
import { readProfiles } from "../../workloads/tables/profile-csv.ts";

export interface UserFile {
  readonly name: string;
  /** A tree of keys and values, or the text of a table. */
  readonly good: object | string;
  /** How a tree is written; default YAML. */
  readonly format?: "yaml" | "json";
  readonly read: (path: string) => unknown;
}

const scenario = {
  name: "small",
  table: "tables.csv",
  models: [
    { model: "a", pattern: "x", weight: 2, slo: 5 },
    { model: "b", weight: 1 },
  ],
  arrivals: { kind: "bursty", rate: "20 /s", on: "5 ms", off: 0.1 },
  requests: 40,
  slo: 10,
  schedulers: ["fcfs", "dysta"],
  dysta: { beta: 0.01, eta: 0.01, alpha: { "a/x": 2 }, predictor: "last-n", lastN: 3 },
  preemptionCost: "20 us",
  unit: { format: "fp16", fifoDepth: 8, variant: "shared", rescoring: "overlapped" },
  seed: 1,
  seeds: 2,
};

const table = [
  "# clock: 1000 Hz",
  "model,pattern,sample,layer,cycles,input_density",
  "a,x,0,0,10,0.5",
  "a,x,0,1,20,0.5",
  "a,x,1,0,12,0.6",
  "a,x,1,1,22,0.4",
  "b,y,0,0,50,0.5",
  "",
].join("\n");

/** What the good files name. */
export const besides = { "tables.csv": table, "good.yaml": JSON.stringify(scenario) };

export const userFiles: readonly UserFile[] = [
  {
    name: "scenario",
    good: scenario,
    read: async (path) => loadTables(await loadScenario(path, schedulerNames)),
  },
  {
    name: "sweep",
    good: {
      name: "sizes",
      scenario: "good.yaml",
      set: { "dysta.eta": 0.1 },
      axes: {
        slo: [5, 10],
        both: { zip: { "arrivals.rate": { from: 1, to: 2, points: 2 }, requests: [10, 20] } },
        "unit.fifoDepth": { from: 2, to: 8, points: 3, scale: "log" },
      },
      schedulers: ["fcfs", "dysta"],
      seeds: 2,
      where: ["slo < 20", "requests >= 10"],
      columns: { late: "violationRate * 100", both: "late + antt" },
      keep: { layers: true },
    },
    read: (path) => loadSweep(path),
  },
  {
    name: "hardware",
    good: {
      preset: "eyeriss-v2",
      name: "mine",
      clock: "200 MHz",
      grid: { clusterRows: 2, clusterColumns: 2, peRows: 3, peColumns: 4 },
      spad: { weightEntries: 192, psumEntries: "unlimited" },
      buffer: { activations: "1.5 KiB", psums: 1920 },
      dram: { bandwidth: "25.6 GB/s", latencyCycles: 10 },
      axisRules: { peRows: ["M", "C"] },
      mechanisms: { skipWeights: false, barrier: "tile" },
    },
    read: (path) => loadHardware(path),
  },
  {
    name: "layer",
    good: {
      kind: "conv",
      inputChannels: 8,
      outputChannels: 16,
      inputHeight: 10,
      inputWidth: 12,
      kernel: [3, 3],
      stride: 2,
      padding: [1, 1, 0, 0],
      groups: 2,
      weightDensity: 0.5,
      inputDensity: 0.4,
    },
    read: (path) => loadLayerFile(path),
  },
  {
    name: "mapping",
    good: {
      conv1: {
        axes: { clusterRows: "M", clusterColumns: "C", peRows: "R", peColumns: "E" },
        filtersPerPe: 2,
        channelsPerPe: 1,
        kernelRowsPerPe: 1,
        pixelsPerTile: 4,
      },
    },
    format: "json",
    read: (path) => readMappings(path),
  },
  {
    name: "trace",
    good: "arrival,model,pattern,sample,priority,deadline\n0,a,x,0,1,2\n0.5,b,y,0,3,3\n1.25,a,x,1,9,4\n",
    read: (path) => {
      const profiles = readProfiles(`${path.slice(0, path.lastIndexOf("/"))}/tables.csv`);
      const order = [...profiles.keys()];
      const context = { profiles, order, timeUnit: "cycles", secondsPerTick: 1e-3, seed: 1 } as const;
      return readTrace({ kind: "trace", file: path, unit: "s", origin: 0 } as Parameters<typeof readTrace>[0], context);
    },
  },
  { name: "own table", good: table, read: (path) => readProfiles(path) },
  {
    name: "artifact table",
    good: "sim_lat,overall-sparsity,batch-indx,layer-indx\n0.001,0.5,0,0\n0.001,0.5,0,1\n0.002,0.4,1,0\n0.003,0.6,1,1\n",
    read: (path) => readProfiles(path),
  },
];
