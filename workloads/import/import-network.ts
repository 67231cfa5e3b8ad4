/** A file of another tool as a network folder: what `dysta import` does. */
import { ConfigError, didYouMean } from "../input/errors.ts";
import { denseMacs, inputShape, outputShape } from "../layers/layer.ts";
import { npyBytes } from "../masks/npy-writer.ts";
import { shapesCsv } from "../networks/network-text.ts";
import { type MeasuredSample, measureActivations } from "./activations.ts";
import type { Normalisation } from "./images.ts";
import { type CountedDensities, type ImportDocument, importDocument } from "./import-document.ts";
import type { ImportedNetwork } from "./imported-network.ts";
import { inputSamples } from "./input-samples.ts";
import { maskFile, NetworkFolder, type RunKeys, writeNetworkFile, writeWeights } from "./network-writer.ts";
import { type OnnxFile, readOnnxFile } from "./onnx-file.ts";
import { onnxNetwork } from "./onnx-network.ts";
import { scaleSimNetwork } from "./scale-sim.ts";

export interface ImportOptions {
  /** Folder that is made. */
  readonly out: string;
  /** Instead of the file's name. */
  readonly name?: string | undefined;
  /** Files and folders that the network is run on. */
  readonly inputs?: readonly string[] | undefined;
  /** At most this many of them. */
  readonly samples?: number | undefined;
  /** `none`, `all`, or names of layers. */
  readonly masks?: string | undefined;
  /** Largest share of MACs that may be in operators that are not modelled, 0..1. */
  readonly maxUnsupported: number;
  /** Sizes that the file leaves open: by name of a dimension, or of an input. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly normalisation: Normalisation;
  readonly onSample?: (() => void) | undefined;
}

/**
 * Reads the file and writes the network; the folder appears whole or not at all.
 *
 * @throws ConfigError, one line: the file or an input cannot be read, is damaged or does not fit; more MACs than allowed are
 * not modelled; the folder cannot be written
 */
export async function importNetwork(path: string, options: ImportOptions): Promise<ImportDocument> {
  const folder = new NetworkFolder(options.out);
  try {
    const document = await (/\.csv$/i.test(path)
      ? importTopology(path, folder, options)
      : importOnnx(path, folder, options));
    folder.finish();
    return document;
  } catch (error) {
    folder.discard();
    throw error;
  }
}

async function importTopology(path: string, folder: NetworkFolder, options: ImportOptions): Promise<ImportDocument> {
  if (options.inputs !== undefined) throw new ConfigError("--inputs is for ONNX files; a topology cannot be run");
  const network = named(scaleSimNetwork(path), options.name);
  const weight = writeWeights(folder, network);
  writeNetworkFile(folder, network, undefined);
  return importDocument(network, { weight, samples: 0 });
}

async function importOnnx(path: string, folder: NetworkFolder, options: ImportOptions): Promise<ImportDocument> {
  const file = readOnnxFile(path);
  const dimensions = new Map(
    [...options.shapes].flatMap(([name, sizes]) => (sizes.length === 1 ? [[name, sizes[0]] as const] : [])),
  );
  requireKnownShapes(file, options.shapes);
  if (options.inputs === undefined) {
    const network = named(onnxNetwork(file, { dimensions, inputs: inputShapes(file, options.shapes) }), options.name);
    requireSupported(path, network, options.maxUnsupported);
    const weight = writeWeights(folder, network);
    writeNetworkFile(folder, network, undefined);
    return importDocument(network, { weight, samples: 0 });
  }
  const given = new Map([...dimensions, ...dimensionsOf(file, options.shapes)]);
  const samples = inputSamples(file, options.inputs, { ...options, limit: options.samples, dimensions: given });
  const [first] = samples;
  const shapes = new Map([...first.tensors()].map(([name, { shape }]) => [name, shape]));
  const trial = onnxNetwork(file, { dimensions, inputs: shapes });
  requireSupported(path, trial, options.maxUnsupported);
  const masked = maskedLayers(trial, options.masks);
  const measured = await measureActivations(file, samples, {
    ...{ dimensions, masked, onSample: options.onSample },
    onMask: (sample, layer, tensor, flags) => {
      const shape = tensor === "input" ? inputShape(layer) : outputShape(layer);
      folder.write(maskFile(sample, layer, tensor), npyBytes(flags, shape));
    },
  });
  return writeMeasured(folder, file, { trial, measured, masked, options });
}

interface Measured {
  readonly trial: ImportedNetwork;
  readonly measured: readonly MeasuredSample[];
  readonly masked: ReadonlySet<string>;
  readonly options: ImportOptions;
}

function writeMeasured(
  folder: NetworkFolder,
  file: OnnxFile,
  { trial, measured, masked, options }: Measured,
): ImportDocument {
  const middle = medianSample(measured);
  const network = named(
    { ...trial, layers: trial.layers.map((layer, index) => ({ ...layer, layer: middle.layers[index] })) },
    options.name,
  );
  const weight = writeWeights(folder, network);
  folder.write("densities.csv", densitiesCsv(measured));
  const sizes = shapesCsv(
    measured.map(({ layers }) => layers),
    middle.layers,
  );
  if (sizes !== undefined) folder.write("shapes.csv", sizes);
  else writeChannels(folder, measured);
  const run: RunKeys = {
    source: `measured: ${measured.length} inputs run with onnxruntime-web, ${file.path}`,
    samples: "densities.csv",
    ...(sizes === undefined ? {} : { shapes: "shapes.csv" }),
    masked,
  };
  writeNetworkFile(folder, network, run);
  const mean = (which: "input" | "output") =>
    network.layers.map(
      (_, layer) => measured.reduce((sum, sample) => sum + sample[which][layer].density, 0) / measured.length,
    );
  const counted: CountedDensities = { weight, samples: measured.length, input: mean("input"), output: mean("output") };
  return importDocument(network, counted);
}

function named(network: ImportedNetwork, name: string | undefined): ImportedNetwork {
  return name === undefined ? network : { ...network, name };
}

function requireSupported(path: string, { operators: { unsupported } }: ImportedNetwork, limit: number): void {
  const share = unsupported.reduce((sum, each) => sum + (each.share ?? 1), 0);
  if (unsupported.length === 0 || (share <= limit && limit > 0)) return;
  const [first] = unsupported;
  const percent = (value: number) => `${(100 * value).toPrecision(3)} %`;
  const own = first.share === null ? "whose MACs are not known" : `with ${percent(first.share)} of all MACs`;
  const more = unsupported.length === 1 ? "" : `; ${unsupported.length - 1} more`;
  throw new ConfigError(
    `${path}: ${first.op} "${first.name}" is ${first.why} ${own}${more}; --max-unsupported allows ${percent(limit)}`,
  );
}

/** Every name must be one of an input or of a dimension that the file leaves open. */
function requireKnownShapes(file: OnnxFile, shapes: ReadonlyMap<string, readonly number[]>): void {
  const { inputs } = file.model.graph;
  const open = inputs.flatMap(({ shape = [] }) =>
    shape.filter((size) => typeof size === "string" && size !== ""),
  ) as string[];
  for (const [name, sizes] of shapes) {
    if (sizes.length === 1 && open.includes(name)) continue;
    if (inputs.some((input) => input.name === name)) continue;
    throw new ConfigError(
      `--shape ${name}: ${file.path} has the inputs ${inputs.map((input) => input.name).join(", ")}${open.length === 0 ? "" : ` and the open dimensions ${open.join(", ")}`}`,
    );
  }
}

function inputShapes(file: OnnxFile, shapes: ReadonlyMap<string, readonly number[]>) {
  return new Map([...shapes].filter(([name]) => file.model.graph.inputs.some((input) => input.name === name)));
}

/** Open dimensions that follow from whole shapes. */
function dimensionsOf(file: OnnxFile, shapes: ReadonlyMap<string, readonly number[]>): [string, number][] {
  return file.model.graph.inputs.flatMap(({ name, shape = [] }) => {
    const given = shapes.get(name);
    return shape.flatMap((size, axis): [string, number][] =>
      typeof size === "string" && given !== undefined ? [[size, given[axis]]] : [],
    );
  });
}

function maskedLayers({ layers }: ImportedNetwork, masks = "none"): ReadonlySet<string> {
  const names = layers.map(({ layer }) => layer.name);
  if (masks === "none") return new Set();
  if (masks === "all") return new Set(names);
  const wanted = masks.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`--masks: no layer "${unknown}"${didYouMean(unknown, [...names, "all", "none"])}`);
  return new Set(wanted);
}

/** The sample of median size: what mappings are chosen for where inputs differ in size. */
function medianSample(samples: readonly MeasuredSample[]): MeasuredSample {
  const macs = ({ layers }: MeasuredSample) => layers.reduce((sum, layer) => sum + denseMacs(layer), 0);
  return [...samples].sort((a, b) => macs(a) - macs(b))[Math.floor(samples.length / 2)];
}

function densitiesCsv(samples: readonly MeasuredSample[]): string {
  const files = samples.map(({ path }, sample) => `# sample ${sample}: ${path}`);
  const rows = samples.flatMap(({ layers, input, output }, sample) =>
    layers.map(({ name }, layer) => `${sample},${name},${input[layer].density},${output[layer].density}`),
  );
  return `${[...files, "sample,layer,input_density,output_density", ...rows].join("\n")}\n`;
}

/** Density of every channel, [samples, channels], a file per layer and tensor. */
function writeChannels(folder: NetworkFolder, samples: readonly MeasuredSample[]): void {
  for (const [index, { name }] of samples[0].layers.entries()) {
    for (const which of ["input", "output"] as const) {
      const rows = samples.map((sample) => sample[which][index].channels);
      const all = Float32Array.from(rows.flatMap((row) => Array.from(row)));
      folder.write(`channels/${name}.${which}.npy`, npyBytes(all, [rows.length, rows[0].length]));
    }
  }
}
