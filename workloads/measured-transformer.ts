/**
 * The measured transformer: Universal Sentence Encoder lite (two layers, four heads, ReLU feed-forward) on 150 sentences of
 * 5 to 128 tokens. One layer of the profile per matrix product; shapes, and so the work, differ from sentence to sentence.
 */
import { packagePath } from "./package-root.ts";
import { type BufferUse, type Profile, sharedDoubles, sharedDoublesOf, sharedIntegersOf } from "./profile.ts";
import { type CsvTable, columnIndex, densityRule, numberColumn, readTable } from "./table-reader.ts";

export const transformerName = "use-lite";

/** The array of the formula: Eyeriss v2's PEs and clock (paper, section 6.1), one MAC per PE and cycle. */
export const formulaPeCount = 192;
const formulaClockHz = 200e6;
/** A word of 8 bits and its zero-run count of 4. */
const bytesPerNonZero = 1.5;

const formulaSource =
  "formula, not hardware: cycles = effectual MACs / 192 PEs at 200 MHz, from densities measured on real inputs";

/** Attention probabilities below 0.002 are skipped: the paper's threshold for BERT and GPT-2 (section 3.2). */
const threshold = "0.002";

interface Product {
  /** Prefix of the columns `…_shape` and of its left operand's share of zeros. */
  readonly column: string;
  readonly kind: "projection" | "scores" | "weighted values" | "product";
  /** Attention layer whose mask thins the product. */
  readonly mask?: 0 | 1;
}

/** In order of execution. */
const products: readonly Product[] = [
  { column: "bmm0", kind: "product" },
  { column: "ffn_conv0", kind: "projection" },
  { column: "bmm1", kind: "scores", mask: 0 },
  { column: "bmm2", kind: "weighted values", mask: 0 },
  { column: "ffn_conv1", kind: "projection" },
  { column: "bmm3", kind: "product" },
  { column: "bmm4", kind: "product" },
  { column: "ffn_conv2", kind: "projection" },
  { column: "bmm5", kind: "scores", mask: 1 },
  { column: "bmm6", kind: "weighted values", mask: 1 },
  { column: "ffn_conv3", kind: "projection" },
  { column: "bmm7", kind: "product" },
  { column: "bmm8", kind: "product" },
  { column: "bmm9", kind: "product" },
];

/**
 * The profile. Densities: of the left operand, as measured; of the attention probabilities, the share kept. The scores are
 * computed only where the mask keeps them, from dense operands: their work follows the mask, their input density is 1.
 *
 * The densities are measured, the cycles are not: until attention hardware is modelled they are the MACs that a machine
 * skipping zeros must do, at the peak rate of 192 PEs with one MAC each. Stalls, imbalance and memory are left out.
 */
export function measuredTransformer(): Profile {
  const table = readTable(packagePath("workloads", "measured", "use_lite_transformer.samples.csv"));
  const sampleCount = table.rows.length;
  const layerCount = products.length;
  const inputDensity = sharedDoubles(sampleCount * layerCount);
  const effectualMacs = sharedDoubles(sampleCount * layerCount);
  for (const [layer, product] of products.entries()) {
    const macs = productMacs(table, product);
    const operand = operandDensity(table, product);
    const kept = product.mask === undefined ? undefined : keptShare(table, product.mask);
    for (let sample = 0; sample < sampleCount; sample++) {
      const index = sample * layerCount + layer;
      inputDensity[index] = product.kind === "weighted values" && kept ? kept[sample] : operand[sample];
      effectualMacs[index] = macs[sample] * (kept?.[sample] ?? operand[sample]);
    }
  }
  return {
    name: `${transformerName}_dense`,
    model: transformerName,
    pattern: "dense",
    timeUnit: "cycles",
    clockHz: formulaClockHz,
    source: formulaSource,
    sampleIds: sharedIntegersOf(Array.from({ length: sampleCount }, (_, sample) => sample)),
    layerCount,
    latency: sharedDoublesOf(effectualMacs.map((macs) => Math.ceil(macs / formulaPeCount))),
    inputDensity,
    outputDensity: nextInputDensity(inputDensity, layerCount),
    bufferUse: bufferUseOf(table, inputDensity),
    extra: { effectual_macs: effectualMacs },
  };
}

/** The density of each layer's output, taken to be that of the next layer's input, and 1 after the last. */
function nextInputDensity(inputDensity: Float64Array, layerCount: number): Float64Array {
  const output = sharedDoubles(inputDensity.length);
  for (let index = 0; index < output.length; index++) {
    const isLast = index % layerCount === layerCount - 1;
    output[index] = isLast ? 1 : inputDensity[index + 1];
  }
  return output;
}

/**
 * Left operands as the array holds activations: 12 bits a non-zero. A product hands its result on where the next one's left
 * operand has as many elements (heads that are joined, probabilities made of scores; not queries, keys and values at once).
 */
function bufferUseOf(table: CsvTable, inputDensity: Float64Array): BufferUse {
  const layerCount = products.length;
  const inputBytes = sharedDoubles(inputDensity.length);
  const handedBytes = sharedDoubles(inputDensity.length);
  for (const [sample, { cells }] of table.rows.entries()) {
    const sizes = products.map(({ column, kind }) => sizesOf(cells[columnIndex(table, `${column}_shape`)], kind));
    for (const [layer, { left }] of sizes.entries()) {
      const index = sample * layerCount + layer;
      inputBytes[index] = Math.round(left * inputDensity[index]) * bytesPerNonZero;
      if (layer > 0 && sizes[layer - 1].result === left) handedBytes[index - 1] = inputBytes[index];
    }
  }
  return { inputBytes, handedBytes };
}

/** MACs of the product for each sentence, from the shapes of its operands. */
function productMacs(table: CsvTable, { column, kind }: Product): Float64Array {
  const shapes = columnIndex(table, `${column}_shape`);
  return Float64Array.from(table.rows, ({ cells }) => macsOfShapes(cells[shapes], kind));
}

/**
 * MACs of `A*B` with sizes joined by x, e.g. `89x256*256x512`: batch and rows of A × its columns × columns of B. In
 * `scores`, B is transposed (`…x tokens x width`). A 1x1 convolution (a projection) is A [1, rows, 1, in] × B [1, 1, in, out].
 */
export function macsOfShapes(shapes: string, kind: Product["kind"]): number {
  return sizesOf(shapes, kind).macs;
}

/** Elements of A and of the result, and the MACs between them. */
function sizesOf(shapes: string, kind: Product["kind"]) {
  const [a, b] = shapes.split("*").map((shape) => shape.split("x").map(Number));
  const left = a.reduce((product, size) => product * size, 1);
  const columns = kind === "scores" ? b[b.length - 2] : b[b.length - 1];
  return { left, result: (left / a[a.length - 1]) * columns, macs: left * columns };
}

function operandDensity(table: CsvTable, { column, kind }: Product): Float64Array {
  const name = kind === "projection" ? `${column}_in_zero` : `${column}_a_zero`;
  return numberColumn(table, name, densityRule).map((zeros) => 1 - zeros);
}

function keptShare(table: CsvTable, mask: 0 | 1): Float64Array {
  return numberColumn(table, `att${mask}_lt_${threshold}`, densityRule).map((dropped) => 1 - dropped);
}
