/** Reads TensorFlow.js models from the files of npm packages, as their own runtime does. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { io } from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { packageFile } from "./package-files.mjs";

const require = createRequire(import.meta.url);

/** @returns the model, whose `inputs` say the size of its input where the file does. */
export async function loadModel(network) {
  switch (network.kind) {
    case "nsfw":
      return loadNsfw(packageFile(network.file));
    case "faceapi":
      return loadFaceApi(network);
    default:
      return loadGraph(packageFile(network.file));
  }
}

/**
 * A network of face-api, which is a program over tensors, in the form of a model. This build of the package requires TensorFlow.js
 * instead of bringing its own: two copies of it in one process would replace each other's kernels.
 */
async function loadFaceApi({ net, size }) {
  const own = new (require("@vladmandic/face-api/dist/face-api.node-wasm.js")[net])();
  await own.loadFromDisk(packageFile("@vladmandic/face-api/model"));
  return {
    inputs: [{ shape: [1, size, size, 3], dtype: "float32" }],
    predict: (x) => own.forward(x),
    dispose: () => own.dispose(),
  };
}

export async function loadGraph(path) {
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
