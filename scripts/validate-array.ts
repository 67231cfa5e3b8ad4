/**
 * Prints, as markdown, what the sparse PE array makes of sparse MobileNet-0.5 and other networks: the result beside the
 * published chip, the waterfall, array sizes and shapes, the mapper against deeper searches, estimates against counts.
 *
 *     npm run validate:array -- [eyeriss-v1|result|waterfall|sparse|sizes|shapes|mapper|expected|seeds …]
 */
import { countLayer } from "../hw/array/counted.ts";
import { type Counters, cycleParts, zeroCounters } from "../hw/array/counters.ts";
import { dimensions, dramBitsPerCycle, type Hardware, peCount } from "../hw/array/description.ts";
import { ExpectedLayer } from "../hw/array/expected.ts";
import { type LayerSums, layerSums } from "../hw/array/layer-sums.ts";
import { loopNest } from "../hw/array/loop-nest.ts";
import { chooseMapping, defaultDepth, type MappingRequest, searchMappings } from "../hw/array/mapper.ts";
import { defaultMapping, type Mapping } from "../hw/array/mapping.ts";
import { eyerissV1 } from "../hw/presets/eyeriss-v1.ts";
import { eyerissGrid, eyerissV2, scaledGrids } from "../hw/presets/eyeriss-v2.ts";
import type { LayerMasks } from "../workloads/masks/bit-mask.ts";
import { evenStatistics, type MaskStatistics, measuredStatistics } from "../workloads/masks/statistics.ts";
import { type ModelledLayer, modelledLayers } from "./eyeriss-v1-table.ts";
import { type LayerCase, networkCases } from "./network-masks.ts";

const network = "sparse-mobilenet-0.5";
const publishedCycles = 135_999;

interface RunLayer {
  readonly each: LayerCase;
  readonly mapping: Mapping;
  readonly counters: Counters;
}

function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  print(`| ${header.join(" | ")} |`);
  print(`|${header.map(() => "---").join("|")}|`);
  for (const row of rows) print(`| ${row.map(cell).join(" | ")} |`);
  print();
}

function cell(value: string | number): string {
  return typeof value === "number" && Number.isInteger(value) ? value.toLocaleString("en") : String(value);
}

const maskCache = new Map<LayerCase, LayerMasks>();

function masksOf(each: LayerCase): LayerMasks {
  let masks = maskCache.get(each);
  if (masks === undefined) {
    masks = each.masks(0);
    maskCache.set(each, masks);
  }
  return masks;
}

function requestOf(
  each: LayerCase,
  masks: LayerMasks,
  hardware: Hardware,
  depth = defaultDepth(hardware),
): MappingRequest {
  const { layer, inputDensity, outputDensity } = each;
  return { layer, weight: masks.weight, hardware, inputDensity, outputDensity, depth };
}

function sumsOf(each: LayerCase, masks: LayerMasks, hardware: Hardware): LayerSums {
  return layerSums(loopNest(each.layer, hardware), masks, hardware);
}

/** Every layer under the mapping that the mapper chooses for it. */
function runNetwork(cases: readonly LayerCase[], hardware: Hardware): readonly RunLayer[] {
  return cases.map((each) => {
    const masks = masksOf(each);
    const { mapping } = chooseMapping(requestOf(each, masks, hardware));
    return { each, mapping, counters: countLayer(sumsOf(each, masks, hardware), mapping, hardware) };
  });
}

function total(layers: readonly RunLayer[]): Counters {
  const sum = zeroCounters();
  for (const { counters } of layers) {
    for (const name of Object.keys(sum) as (keyof Counters)[]) sum[name] += counters[name];
  }
  return sum;
}

function withMechanisms(hardware: Hardware, mechanisms: Partial<Hardware["mechanisms"]>): Hardware {
  return { ...hardware, mechanisms: { ...hardware.mechanisms, ...mechanisms } };
}

function utilisation({ effectualMacs, cycles }: Counters, hardware: Hardware): string {
  return (effectualMacs / (cycles * peCount(hardware) * hardware.macsPerPe)).toFixed(2);
}

const freeAxes = {
  clusterRows: dimensions,
  clusterColumns: dimensions,
  peRows: dimensions,
  peColumns: dimensions,
};

function result(cases: readonly LayerCase[]): void {
  print("### Result of the documented preset");
  const layers = runNetwork(cases, eyerissV2);
  const dense = total(runNetwork(cases, withMechanisms(eyerissV2, { skipDepthwise: false })));
  const sum = total(layers);
  table(
    ["", "cycles", "/ published 135,999", "effectual MACs", "utilisation"],
    [
      ["depthwise skips zeros (preset)", sum.cycles, ratio(sum.cycles), sum.effectualMacs, utilisation(sum, eyerissV2)],
      [
        "depthwise activations dense",
        dense.cycles,
        ratio(dense.cycles),
        dense.effectualMacs,
        utilisation(dense, eyerissV2),
      ],
    ],
  );
  const rows = [...layers.map(({ each, counters }) => [each.layer.name, counters] as const), ["all", sum] as const];
  table(
    ["layer", "cycles", "utilisation", ...cycleParts],
    rows.map(([name, counters]) => [
      name,
      counters.cycles,
      utilisation(counters, eyerissV2),
      ...cycleParts.map((part) => counters[part]),
    ]),
  );
}

function ratio(cycles: number): string {
  return (cycles / publishedCycles).toFixed(3);
}

function waterfall(cases: readonly LayerCase[]): void {
  print("### From the floor to the result, mechanism by mechanism (each step searched anew)");
  const steps: [string, Partial<Hardware>, Partial<Hardware["mechanisms"]>][] = [
    ["+ barrier per weight tile", {}, { barrier: "tile" }],
    ["+ DRAM 25.6 GB/s", { dram: eyerissV2.dram }, {}],
    ["+ empty columns cost a cycle", {}, { emptyColumnBubble: true }],
    ["+ partial-sum drain, 1 cycle each", {}, { psumsDrainedPerCycle: 1 }],
    ["+ pipeline fill, 7 cycles", {}, { pipelineFillCycles: 7 }],
    ["+ SPad loading, 2 weights per cycle", {}, { weightsLoadedPerCycle: 2 }],
    ["+ buffer ports", { ports: eyerissV2.ports }, {}],
    ["+ NoC axis rules = preset", { axisRules: eyerissV2.axisRules }, {}],
  ];
  const columns = [false, true].map((skipDepthwise) => {
    let hardware: Hardware = {
      ...eyerissV2,
      axisRules: freeAxes,
      ports: { activationsPerCycle: Infinity, psumsPerCycle: Infinity, psumReadsPerCycle: Infinity },
      dram: { bytesPerSecond: Infinity, latencyCycles: 0 },
      mechanisms: {
        ...eyerissV2.mechanisms,
        skipDepthwise,
        emptyColumnBubble: false,
        psumsDrainedPerCycle: Infinity,
        pipelineFillCycles: 0,
        weightsLoadedPerCycle: Infinity,
        barrier: "layer",
      },
    };
    const ideal = total(runNetwork(cases, hardware));
    const found: [string, number][] = [
      ["effectual MACs / 384", Math.ceil(ideal.effectualMacs / 384)],
      [
        "+ MAC pairs do not cross columns or blocks (and dense depthwise, first column)",
        Math.ceil(ideal.walkPeCycles / 192),
      ],
      ["+ imbalance, no barrier inside a layer", ideal.cycles],
    ];
    for (const [name, parts, mechanisms] of steps) {
      hardware = withMechanisms({ ...hardware, ...parts }, mechanisms);
      found.push([name, total(runNetwork(cases, hardware)).cycles]);
    }
    return found;
  });
  table(
    ["step", "depthwise dense", "/ published", "depthwise skips", "/ published"],
    columns[0].map(([name, cycles], i) => [name, cycles, ratio(cycles), columns[1][i][1], ratio(columns[1][i][1])]),
  );
  print("### Sensitivity of the preset (depthwise skips), each change alone");
  const changes: [string, Hardware][] = [
    ["preset", eyerissV2],
    ["1 MAC per PE", { ...eyerissV2, macsPerPe: 1 }],
    [
      "1 MAC per PE, no overheads but the barrier and DRAM",
      withMechanisms(
        { ...eyerissV2, macsPerPe: 1, axisRules: freeAxes },
        {
          emptyColumnBubble: false,
          psumsDrainedPerCycle: Infinity,
          pipelineFillCycles: 0,
          weightsLoadedPerCycle: Infinity,
        },
      ),
    ],
    ["window barrier", withMechanisms(eyerissV2, { barrier: "window" })],
    ["no barrier inside a layer", withMechanisms(eyerissV2, { barrier: "layer" })],
    ["no bubble", withMechanisms(eyerissV2, { emptyColumnBubble: false })],
    ["drain 2 psums per cycle", withMechanisms(eyerissV2, { psumsDrainedPerCycle: 2 })],
    ["no drain", withMechanisms(eyerissV2, { psumsDrainedPerCycle: Infinity })],
    ["no fill", withMechanisms(eyerissV2, { pipelineFillCycles: 0 })],
    ["SPad loading hidden", withMechanisms(eyerissV2, { weightsLoadedPerCycle: Infinity })],
    ["no axis rules", { ...eyerissV2, axisRules: freeAxes }],
    ["outputs uncompressed", withMechanisms(eyerissV2, { compressOutputs: false })],
    ["layers overlap", withMechanisms(eyerissV2, { layerOverlap: true })],
    ["DRAM 12.8 GB/s", { ...eyerissV2, dram: { ...eyerissV2.dram, bytesPerSecond: 12.8e9 } }],
    ["DRAM 6.4 GB/s", { ...eyerissV2, dram: { ...eyerissV2.dram, bytesPerSecond: 6.4e9 } }],
    ["DRAM latency 20 cycles", { ...eyerissV2, dram: { ...eyerissV2.dram, latencyCycles: 20 } }],
  ];
  table(
    ["change", "cycles", "/ published"],
    changes.map(([name, hardware]) => {
      const { cycles } = total(runNetwork(cases, hardware));
      return [name, cycles, ratio(cycles)];
    }),
  );
}

/** What a chip may pay only when weights are sparse, and what pruning gains then. */
function sparse(cases: readonly LayerCase[]): void {
  print("### Mechanisms that only sparse weights pay: sparse MobileNet-0.5, and the same network dense");
  const wordwise = { addressesLoadedPerCycle: 2, weightsInWholeWords: true };
  const changes: [string, Partial<Hardware["mechanisms"]>][] = [
    ["preset", {}],
    ["a cycle to look up an address", { lookUpCycles: 1 }],
    ["addresses loaded, 2 per cycle", { addressesLoadedPerCycle: 2 }],
    ["weights in whole words", { weightsInWholeWords: true }],
    ["addresses loaded, weights in whole words", wordwise],
    ["all three", { lookUpCycles: 1, ...wordwise }],
  ];
  const dense = networkCases("mobilenet-0.5", 1);
  table(
    ["mechanisms", "cycles", "/ published", "dense", "dense / sparse"],
    changes.map(([name, mechanisms]) => {
      const hardware = withMechanisms(eyerissV2, mechanisms);
      const [pruned, whole] = [cases, dense].map((each) => total(runNetwork(each, hardware)).cycles);
      return [name, pruned, ratio(pruned), whole, (whole / pruned).toFixed(2)];
    }),
  );
}

function sizes(cases: readonly LayerCase[]): void {
  print("### Array sizes (Eyeriss v2 clusters of 12 PEs, DRAM fixed at 128 bytes per cycle)");
  let before: number | undefined;
  let first: number | undefined;
  const rows = scaledGrids.map(([clusterRows, clusterColumns]) => {
    const hardware = eyerissGrid(clusterRows, clusterColumns);
    const sum = total(runNetwork(cases, hardware));
    const floor = Math.ceil(
      (sum.dramActivationBits + sum.dramWeightBits + sum.dramOutputBits) / dramBitsPerCycle(hardware),
    );
    const memory = sum.load + sum.store + sum.prologue;
    const step = before === undefined ? "" : (before / sum.cycles).toFixed(2);
    first ??= sum.cycles;
    before = sum.cycles;
    const speedUp = (first / sum.cycles).toFixed(1);
    return [
      peCount(hardware),
      `${clusterRows}×${clusterColumns}`,
      sum.cycles,
      utilisation(sum, hardware),
      step,
      speedUp,
      memory,
      floor,
      (sum.cycles / floor).toFixed(2),
    ];
  });
  table(
    [
      "PEs",
      "clusters",
      "cycles",
      "utilisation",
      "step speed-up",
      "speed-up from 12",
      "load + store + prologue",
      "own DRAM floor",
      "cycles / floor",
    ],
    rows,
  );
}

function shapes(cases: readonly LayerCase[]): void {
  print("### Shapes of 192 PEs (cluster grid, PEs per cluster)");
  const grids: [number, number, number, number][] = [
    [16, 1, 3, 4],
    [8, 2, 3, 4],
    [4, 4, 3, 4],
    [2, 8, 3, 4],
    [1, 16, 3, 4],
    [8, 2, 4, 3],
    [8, 2, 6, 2],
    [8, 2, 2, 6],
    [8, 2, 12, 1],
    [8, 2, 1, 12],
    [1, 1, 12, 16],
  ];
  const rows = grids.map(([clusterRows, clusterColumns, peRows, peColumns]) => {
    const grid = { clusterRows, clusterColumns, peRows, peColumns };
    const clusters = clusterRows * clusterColumns;
    // The buffers of the whole array stay the same, however many clusters they are divided among.
    const scale = 16 / clusters;
    const buffer = {
      ...eyerissV2.buffer,
      activationBytes: eyerissV2.buffer.activationBytes * scale,
      psumBytes: eyerissV2.buffer.psumBytes * scale,
    };
    const ports = { ...eyerissV2.ports, activationsPerCycle: 6 * scale, psumsPerCycle: 8 * scale };
    const hardware = { ...eyerissV2, grid, buffer, ports };
    const ruled = total(runNetwork(cases, hardware)).cycles;
    const free = total(runNetwork(cases, { ...hardware, axisRules: freeAxes })).cycles;
    return [`${clusterRows}×${clusterColumns} of ${peRows}×${peColumns}`, ruled, free];
  });
  table(["shape", "cycles with axis rules", "without"], rows);
}

function mapper(cases: readonly LayerCase[]): void {
  print("### The mapper against deeper searches");
  const rows: (string | number)[][] = [];
  const bare = withMechanisms(
    { ...eyerissV2, axisRules: freeAxes },
    {
      emptyColumnBubble: false,
      psumsDrainedPerCycle: Infinity,
      pipelineFillCycles: 0,
      weightsLoadedPerCycle: Infinity,
    },
  );
  const arrays: [string, Hardware][] = [
    ["192", eyerissV2],
    ["192, no axis rules or overheads", bare],
    ["3072", eyerissGrid(32, 8)],
  ];
  for (const [name, hardware] of arrays) {
    const totals = { chosen: 0, deep: 0, oracle: 0, pinned: 0 };
    let pinnedBetter = 0;
    for (const each of cases) {
      const masks = masksOf(each);
      const sums = sumsOf(each, masks, hardware);
      const cycles = (mapping: Mapping) => countLayer(sums, mapping, hardware).cycles;
      const chosen = cycles(chooseMapping(requestOf(each, masks, hardware)).mapping);
      const pinned = cycles(defaultMapping(sums.nest, hardware));
      totals.chosen += chosen;
      totals.deep += cycles(chooseMapping(requestOf(each, masks, hardware, 1000)).mapping);
      totals.oracle += searchMappings(requestOf(each, masks, hardware, 1000), sums).counters.cycles;
      totals.pinned += pinned;
      if (pinned < chosen) pinnedBetter += 1;
    }
    const against = (cycles: number) =>
      `${cycles.toLocaleString("en")} (${(100 * (totals.chosen / cycles - 1)).toFixed(2)} %)`;
    rows.push([name, totals.chosen, against(totals.deep), against(totals.oracle), totals.pinned, pinnedBetter]);
  }
  table(
    [
      "PEs",
      "chosen",
      "1000 deep (chosen is worse by)",
      "1000 deep, seeing the sample",
      "default mapping",
      "layers it wins",
    ],
    rows,
  );
}

interface EstimateError {
  readonly counted: number;
  readonly estimated: number;
  readonly ratios: readonly number[];
}

/** The estimate of every layer beside its count, under the same mapping. */
function estimateError(cases: readonly LayerCase[]): EstimateError {
  let counted = 0;
  let estimated = 0;
  const ratios: number[] = [];
  for (const each of cases) {
    const masks = each.masks(0);
    const { mapping } = chooseMapping(requestOf(each, masks, eyerissV2, 4));
    const { cycles } = countLayer(sumsOf(each, masks, eyerissV2), mapping, eyerissV2);
    const densities = { input: each.inputDensity, weight: each.weightDensity, output: each.outputDensity };
    const estimate = new ExpectedLayer(loopNest(each.layer, eyerissV2), eyerissV2, densities).cost(mapping).cycles;
    counted += cycles;
    estimated += estimate;
    ratios.push(estimate / cycles);
  }
  return { counted, estimated, ratios };
}

function expected(): void {
  print("### `expected` against `counted`, eyeriss-v2, under the same mapping");
  const networks: [string, number | undefined][] = [
    [network, undefined],
    ["mobilenet", 0.4],
    ["resnet50", 0.35],
    ["ssd300", 0.35],
    ["vgg16", undefined],
  ];
  const rows = networks.map(([name, weightDensity]) => {
    const { counted, estimated, ratios } = estimateError(networkCases(name, 1, weightDensity));
    const range = `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`;
    return [name, weightDensity ?? "its own", counted, estimated, (estimated / counted).toFixed(3), range];
  });
  table(["network", "weight density", "counted cycles", "estimated", "ratio", "per layer"], rows);
  const uncorrelated = { ...measuredStatistics, channelColumnCorrelation: 0 };
  const evenWeights = { ...uncorrelated, columnDispersion: 0, filterDispersion: 0 };
  const statistics: [string, MaskStatistics][] = [
    ["as measured", measuredStatistics],
    ["without correlation of channels and weight columns", uncorrelated],
    ["and with even weights", evenWeights],
    ["and without spatial clusters", { ...evenWeights, clusterShare: 0 }],
    ["all even", evenStatistics],
  ];
  const causes = statistics.map(([name, one]) => {
    const ratioOf = (cases: readonly LayerCase[]) => {
      const { counted, estimated } = estimateError(cases);
      return (estimated / counted).toFixed(3);
    };
    return [name, ratioOf(networkCases(network, 1, undefined, one)), ratioOf(networkCases("resnet50", 1, 0.35, one))];
  });
  table(["masks generated", "MobileNet-0.5: estimated / counted", "ResNet-50"], causes);
}

function seeds(): void {
  print("### Seeds and mask statistics (preset, sparse MobileNet-0.5)");
  const runs: [string, number, MaskStatistics?][] = [1, 2, 3, 4, 5].map((seed) => [
    `measured statistics, seed ${seed}`,
    seed,
  ]);
  runs.push(["uniform random masks, seed 1", 1, evenStatistics]);
  const rows = runs.map(([name, seed, statistics]) => {
    const sum = total(runNetwork(networkCases(network, seed, undefined, statistics), eyerissV2));
    return [name, sum.cycles, sum.effectualMacs, ratio(sum.cycles)];
  });
  table(["masks", "cycles", "effectual MACs", "/ published"], rows);
}

/** The 18 measured layers of Eyeriss v1 under the chip's mappings and the mapper's own. */
function eyerissOne(): void {
  print("### Eyeriss v1: 18 layers beside the chip (JSSC 2017, Tables V and VI), times in ms at 200 MHz");
  const own = modelledLayers("mapper");
  const pinned = modelledLayers("chip");
  const ms = (cycles: number) => (1e3 * cycles) / eyerissV1.clockHz;
  const beside = (ours: number, chip: number) => [ours.toFixed(1), chip.toFixed(1), (ours / chip).toFixed(2)];
  table(
    [
      "layer",
      "active PEs",
      "chip",
      "processing",
      "chip",
      "ratio",
      "total",
      "chip",
      "ratio",
      "DRAM MB",
      "chip",
      "bound by",
    ],
    pinned.map(({ network, chip, activePes, processing, notHidden, dramMb, bound }) => [
      ...[`${network} ${chip.name}`, activePes, chip.activePes],
      ...beside(ms(processing), chip.processingMs),
      ...beside(ms(processing + notHidden), chip.totalMs),
      ...[dramMb.toFixed(1), chip.dramMb.toFixed(1), bound],
    ]),
  );
  print("### The same layers under the mapper's own mappings: a prediction, not what the chip ran");
  table(
    ["layer", "active PEs", "processing", "of the chip's", "of the chip's mapping here", "DRAM MB", "bound by"],
    own.map(({ network, chip, activePes, processing, dramMb, bound }, i) => [
      ...[`${network} ${chip.name}`, activePes, ms(processing).toFixed(1)],
      ...[ms(processing) / chip.processingMs, processing / pinned[i].processing].map((each) => each.toFixed(2)),
      ...[dramMb.toFixed(1), bound],
    ]),
  );
  const networks = [...new Set(pinned.map(({ network }) => network))];
  table(
    ["network", "mappings", "processing", "chip", "ratio", "not hidden", "chip", "DRAM MB", "chip"],
    networks.flatMap((network) =>
      [pinned, own].map((layers, i) => {
        const those = layers.filter((each) => each.network === network);
        const sum = (value: (each: ModelledLayer) => number) => those.reduce((all, each) => all + value(each), 0);
        return [
          ...[network, i === 0 ? "the chip's" : "the mapper's"],
          ...beside(
            sum(({ processing }) => ms(processing)),
            sum(({ chip }) => chip.processingMs),
          ),
          sum(({ notHidden }) => ms(notHidden)).toFixed(1),
          sum(({ chip }) => chip.totalMs - chip.processingMs).toFixed(1),
          sum(({ dramMb }) => dramMb).toFixed(1),
          sum(({ chip }) => chip.dramMb).toFixed(1),
        ];
      }),
    ),
  );
}

const cases = networkCases(network, 1);
const parts: Readonly<Record<string, () => void>> = {
  "eyeriss-v1": eyerissOne,
  result: () => result(cases),
  waterfall: () => waterfall(cases),
  sparse: () => sparse(cases),
  sizes: () => sizes(cases),
  shapes: () => shapes(cases),
  seeds,
  expected,
  mapper: () => mapper(cases),
};
const asked = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) part();
