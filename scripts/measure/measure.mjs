/**
 * `npm run measure -- [--out DIR] [NAME …]`: runs the trained networks on photographs and sentences, writes their traces, and lists what
 * differs from those in `workloads/measured/` by more than .001. Exit status 1 if anything does.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { dispose, ready, setBackend } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { inputOf, photographs } from "./inputs.mjs";
import { countKernels } from "./kernels.mjs";
import { loadModel } from "./models.mjs";
import { networks } from "./networks.mjs";
import { packageFile } from "./package-files.mjs";
import { sentenceFile } from "./sentence-trace.mjs";
import { differences, traceFiles } from "./traces.mjs";

const tolerance = 0.001;
const recordedFolder = join(import.meta.dirname, "../../workloads/measured");

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } });
const unknown = positionals.find((name) => !networks.some((network) => network.name === name));
if (unknown !== undefined) {
  process.stderr.write(`no network ${unknown}; there are ${networks.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}

setWasmPaths(`${packageFile("@tensorflow/tfjs-backend-wasm/wasm-out")}/`);
await setBackend("wasm");
await ready();
const photos = photographs();
let isDifferent = false;
for (const network of networks.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const files =
    network.kind === "sentences"
      ? await sentenceFile(network.name)
      : traceFiles(network.name, await samplesOf(network));
  for (const [file, text] of Object.entries(files)) {
    if (values.out !== undefined) {
      mkdirSync(values.out, { recursive: true });
      writeFileSync(join(values.out, file), text);
    }
    const { found, largest } = differences(readFileSync(join(recordedFolder, file), "utf8"), text, tolerance);
    isDifferent ||= found.length > 0;
    process.stdout.write(
      `${file}: largest difference of a share ${largest.toFixed(5)}, ${found.length} beyond ${tolerance}\n`,
    );
    for (const line of found.slice(0, 20)) process.stdout.write(`  ${line}\n`);
  }
}
process.exitCode = isDifferent ? 1 : 0;

async function samplesOf(network) {
  const model = await loadModel(network);
  const [input] = model.inputs;
  const size = network.size === undefined ? input.shape.slice(1, 3) : [network.size, network.size];
  const weightZeros = new WeakMap();
  const samples = [];
  for (const photo of photos) {
    const x = inputOf(photo, size, network, input.dtype === "int32" ? "int32" : "float32");
    const kernels = await countKernels(async () => dispose(await outputOf(model, x)), weightZeros);
    samples.push({ name: photo.name, kernels });
    dispose(x);
  }
  model.dispose();
  return samples;
}

/** Graphs with control flow can only be run asynchronously, and say so. */
async function outputOf(model, x) {
  const needsAsync = model.executeAsync !== undefined && hasControlFlow(model);
  return needsAsync ? model.executeAsync(x) : model.predict(x);
}

function hasControlFlow(model) {
  return Object.values(model.executor.graph.nodes).some(
    ({ category, op }) => category === "control" || category === "dynamic" || /^(Where|NonMax)/.test(op),
  );
}
