/** Reads TensorFlow.js models from the files of npm packages, as their own runtime does. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { io } from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { packageFile } from "./package-files.mjs";

const require = createRequire(import.meta.url);

/** @returns the model and the size of its input, [height, width], where the file says it. */
export async function loadModel({ kind, file }) {
  return kind === "nsfw" ? loadNsfw(packageFile(file)) : loadGraph(packageFile(file));
}

async function loadGraph(path) {
  const json = JSON.parse(readFileSync(path, "utf8"));
  const data = json.weightsManifest.flatMap(({ paths }) => paths.map((own) => readFileSync(join(dirname(path), own))));
  return loadGraphModel(handler(json, data));
}

/** Modules that hold the topology and, in base64, the weights. */
async function loadNsfw(folder) {
  const json = contentOf(join(folder, "model.min.js"));
  const data = json.weightsManifest.flatMap(({ paths }) =>
    paths.map((own) => Buffer.from(contentOf(join(folder, `${own}.min.js`)), "base64")),
  );
  const source = handler(json, data);
  return json.format === "graph-model" ? loadGraphModel(source) : loadLayersModel(source);
}

function contentOf(module) {
  const found = require(module);
  return found.default ?? found;
}

function handler(json, data) {
  const bytes = Buffer.concat(data);
  return io.fromMemory({
    ...json,
    weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  });
}
