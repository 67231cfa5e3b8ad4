/**
 * What the columns of our tables are: `columns.md` of a result folder says it beside the tables. A test holds that every column
 * of every table that a command writes is here.
 */

export interface Column {
  readonly name: string;
  /** Empty for names, counts of things that the meaning says, and other numbers without one. */
  readonly unit: string;
  readonly meaning: string;
}

type Described = Readonly<Record<string, readonly [unit: string, meaning: string]>>;

const time = "the run's time unit (timeUnit, and clockHz for cycles, in summary.json)";
const request = ["", "number of the request within its seed, in order of arrival"] as const;
const seed = ["", "seed that the requests were drawn from"] as const;
const scheduler = ["", "name of the scheduler (dysta list schedulers)"] as const;
const model = ["", "name of the network"] as const;
const pattern = ["", "weight-sparsity pattern; `trained` for the network's own weights"] as const;
const layer = ["", "number of the layer in order of execution, from 0"] as const;
const sample = ["", "number of the input sample, from 0"] as const;
const share = "share, 0 to 1";

/** Metrics of one run: also columns of a sweep. */
const metrics: Described = {
  requests: ["", "requests of the run"],
  violationRate: [share, "requests that finish after their deadline, or not at all"],
  onTimeRate: [share, "the others"],
  dropRate: [share, "requests that a scheduler dropped unserved"],
  antt: ["", "average normalised turnaround time: the mean of turnaround / time alone; 1 is the best possible"],
  throughputPerS: ["requests/s", "requests / (last finish − first arrival)"],
  stp: ["", "system throughput: the sum of time alone / turnaround"],
  p50: ["", "median of turnaround / time alone"],
  p95: ["", "95 % quantile of turnaround / time alone"],
  p99: ["", "99 % quantile of turnaround / time alone"],
  max: ["", "largest turnaround / time alone"],
  meanMs: ["ms", "mean turnaround"],
  p50Ms: ["ms", "median of the turnaround"],
  p95Ms: ["ms", "95 % quantile of the turnaround"],
  p99Ms: ["ms", "99 % quantile of the turnaround"],
  maxMs: ["ms", "longest turnaround"],
  preemptions: ["", "times that a request was put aside before it was finished"],
  jain: ["", "Jain's fairness index of time alone / turnaround; 1 is equal for all"],
};

const densities: Described = {
  inputDensity: [share, "non-zeros of the layer's input"],
  outputDensity: [share, "non-zeros of the layer's output"],
};

const tables: Readonly<Record<string, Described>> = {
  "requests.csv": {
    ...{ request, model, pattern, sample, seed },
    priority: ["", "1, 3 or 9, for the schedulers that know priorities"],
    arrival: [time, "when the request arrives"],
    deadline: [time, "when it has to be finished"],
    after: ["", "number of the request whose end released it; empty for one that arrives by itself"],
  },
  "results.csv": {
    ...{ scheduler, seed, request },
    start: [time, "when its first layer begins"],
    finish: [time, "when its last layer ends, or when it is dropped"],
    preemptions: ["", "how often it was put aside before it was finished"],
    normalised_turnaround: ["", "(finish − arrival) / its time alone; 1 is the best possible"],
    violated: ["0 or 1", "whether it finishes after its deadline, or never"],
    dropped: ["0 or 1", "whether it was dropped unserved"],
    turnaround_ms: ["ms", "finish − arrival"],
    arrival: [time, "when it was released, where that depends on the schedule"],
    deadline: [time, "when it had to be finished, where that depends on the schedule"],
  },
  "dispatch.csv": {
    ...{ scheduler, seed, request },
    order: ["", "number of the turn, from 0"],
    layers: ["", "layers that run in this turn without another request between them"],
    start: [time, "when the first of them begins"],
    end: [time, "when the last of them ends"],
  },
  "prediction.csv": {
    ...{ model, pattern, sample, layer },
    average: [time, "remaining time after this layer by the tables alone"],
    predicted: [time, "remaining time by the predictor that the run has"],
    real: [time, "remaining time that comes true"],
  },
  "profile.csv": {
    ...{ model, pattern, sample, layer },
    cycles: ["cycles of the clock in the comment lines", "time of the layer"],
    input_density: [share, "non-zeros of the layer's input"],
    output_density: [share, "non-zeros of the layer's output"],
    effectual_macs: ["MACs", "multiplications of two non-zeros"],
    stall_cycles: ["cycles", "cycles of the layer in which it does not compute"],
    dram_bytes: ["bytes", "bytes moved to and from DRAM"],
    energy_pj: ["pJ", "energy by the table of costs per access that the profile names"],
    outputs: ["", "elements of the layer's output; empty where samples differ in size"],
    input_bytes: ["bytes", "the layer's compressed input"],
    handed_bytes: ["bytes", "what the next layer reads from the buffer; 0 if another layer reads it"],
    prefetched_bytes: ["bytes", "what is loaded for the layer while the layer before it runs"],
  },
  "eyerissv2/*.csv": {
    sim_lat: ["s", "time of the layer, in the public artifact's format"],
    "overall-sparsity": [share, "zeros of the layer's input"],
    "batch-indx": ["", "number of the input sample, from 0"],
    "layer-indx": layer,
  },
  "explore.csv": {
    shape: ["", "rows and columns of clusters, and of PEs in a cluster"],
    pes: ["", "processing elements"],
    macsPerPe: ["MACs/cycle", "multiplications of one PE in a cycle"],
    macsPerCycle: ["MACs/cycle", "multiplications of all PEs in a cycle"],
    sramBytes: ["bytes", "on-chip memory"],
    area: ["mm²", "area by the table of areas that was given; empty without one"],
    cycles: ["cycles", "mean time alone of an inference of the mix"],
    utilisation: [share, "effectual MACs / (cycles × macsPerCycle)"],
    energyPj: ["pJ", "mean energy of an inference of the mix"],
    edp: ["pJ · cycles", "energyPj × cycles"],
    load: ["", "arrival rate × mean time alone; beyond 1 requests pile up"],
    violationRate: metrics.violationRate,
    violationRateCi95: [share, "half-width of the 95 % interval of violationRate (Student's t)"],
    violationRateLow: [share, "lower end of the 95 % interval that stays within 0 to 1"],
    violationRateHigh: [share, "upper end of it"],
    antt: metrics.antt,
    anttCi95: ["", "half-width of the 95 % interval of antt (Student's t)"],
    anttLow: ["", "lower end of the 95 % interval that stays above 1"],
    anttHigh: ["", "upper end of it"],
    latencyMs: ["ms", "mean time alone of an inference of the mix"],
    p95Ms: ["ms", "95th percentile of the requests' turnaround, mean over the seeds"],
    onTimeRate: metrics.onTimeRate,
    dropRate: metrics.dropRate,
    reachesTarget: ["true or false", "whether the requests that were run reach the target of requests on time"],
    targetVerdict: ["", "side of the target on which the 95 % interval lies: reaches, misses, else not told apart"],
    withinLimits: ["true or false", "whether it is within the limits on size and energy"],
    capacity: [
      "requests/s",
      "highest rate that reaches the target; empty without --target, for a trace, or where none is found",
    ],
    meanMs: metrics.meanMs,
    p50Ms: metrics.p50Ms,
    p99Ms: metrics.p99Ms,
    maxMs: metrics.maxMs,
    onFront: ["true or false", "whether no other array is better in one objective and as good in all"],
    isKnee: ["true or false", "whether it is the knee of the front"],
  },
  "capacity.csv": {
    scheduler,
    reached: ["", "found; never: at no rate that was tried; always: at every rate"],
    rate: ["requests/s", "highest rate, as --rate takes it, at which the target is reached; empty unless found"],
    rateCi95: ["requests/s", "half-width of the 95 % interval over the seeds"],
    load: ["", "seconds of work that arrive per second at that rate"],
    onTimeRate: [share, "requests on time at that rate"],
    evaluations: ["", "rates that were tried, each with every seed"],
  },
  "reproduce.csv": {
    item: ["", "figure or table of the paper"],
    panel: ["", "panel of the figure; empty where there is one"],
    line: ["", "row of the table, or curve"],
    column: ["", "column of the table, or place on the x axis"],
    unit: ["", "of all values of the row"],
    paper: ["unit of the row", "published value; empty where there is none"],
    artifact: ["unit of the row", "ours in the artifact's semantics, on tables that stand in for the paper's"],
    artifactCi95: ["unit of the row", "half-width of the 95 % interval of artifact"],
    artifactDifference: ["unit of the row", "artifact − paper"],
    sameTables: ["unit of the row", "ours by the papers' own rules on the tables of artifact"],
    sameTablesCi95: ["unit of the row", "half-width of the 95 % interval of sameTables"],
    corrected: ["unit of the row", "ours by the papers' own rules on modelled hardware"],
    correctedCi95: ["unit of the row", "half-width of the 95 % interval of corrected"],
    correctedDifference: ["unit of the row", "corrected − paper"],
  },
  /** Axes and derived columns are the sweep's own. */
  "points.csv": {
    point: ["", "number of the point in the sweep, from 0"],
    configuration: ["", "number of the combination of the axes' values, from 0"],
    ...{ scheduler, seed },
    pes: ["", "processing elements of the hardware; empty without hardware"],
    macsPerCycle: ["MACs/cycle", "multiplications of all PEs in a cycle"],
    sramBytes: ["bytes", "on-chip memory"],
    clockHz: ["Hz", "clock of the hardware"],
    ...metrics,
    cycles: ["cycles", "mean time alone of an inference of the mix"],
    utilisation: [share, "effectual MACs / (cycles × macsPerCycle)"],
    effectualMacs: ["MACs", "multiplications of two non-zeros, mean of an inference of the mix"],
    dramBytes: ["bytes", "bytes moved to and from DRAM, mean of an inference of the mix"],
    energyPj: ["pJ", "mean energy of an inference of the mix"],
    decisionCycles: ["cycles", "mean time of a decision of the scheduling unit; empty in software"],
    exposedCycles: ["cycles", "mean part of it in which the accelerator waits; empty in software"],
    capacity: [
      "requests/s",
      "highest rate at which the seed's requests reach the target; empty unless the sweep asks for it",
    ],
    capacityLoad: ["", "seconds of work that arrive per second at that rate"],
    violationRateLower: [share, "violations that no scheduler can go below; empty unless the sweep keeps bounds"],
    violationRateFeasible: [share, "violations that some schedule has"],
    anttLower: ["", "ANTT that no scheduler can go below; empty unless the sweep keeps bounds"],
    anttFeasible: ["", "ANTT that some schedule has"],
    equalPickShare: [share, "decisions in which the unit picks as the software does; empty in software"],
    error: ["", "why the point failed; empty if it did not"],
  },
  "layers.csv": {
    profile: ["", "hash of the configuration that the layers were run for"],
    hardware: ["", "name of the hardware"],
    ...{ model, pattern, layer },
    name: ["", "name of the layer"],
    cycles: ["cycles", "mean time over the samples"],
    utilisation: [share, "effectual MACs / (cycles × MACs that the hardware can do in a cycle)"],
    effectualMacs: ["MACs", "multiplications of two non-zeros, mean over the samples"],
    ...densities,
    dramBytes: ["bytes", "bytes moved to and from DRAM, mean over the samples"],
    energyPj: ["pJ", "energy, mean over the samples"],
  },
};

/** Files whose columns are described under another's name. */
const sameColumns: Readonly<Record<string, string>> = { "failures.csv": "points.csv" };

/** The columns of one of our tables; a column that is not known has no meaning. */
export function tableColumns(file: string, header: readonly string[]): Column[] {
  const described = tables[sameColumns[file] ?? file] ?? {};
  return header.map((name) => {
    const [unit, meaning] = Object.hasOwn(described, name) ? described[name] : ["", ""];
    return { name, unit, meaning };
  });
}

/** `columns.md`: a table for each file. */
export function columnsPage(files: ReadonlyMap<string, readonly Column[]>): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const sections = [...files].map(([file, columns]) => {
    const lines = columns.map(({ name, unit, meaning }) => `| \`${cell(name)}\` | ${cell(unit)} | ${cell(meaning)} |`);
    return [`## ${file}`, "", "| column | unit | meaning |", "|---|---|---|", ...lines, ""].join("\n");
  });
  return `# Columns of the tables in this folder\n\n${sections.join("\n")}`;
}
