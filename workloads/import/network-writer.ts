/** Writes an imported network as a folder that the commands take: `network.yaml`, weights, densities, masks. */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { makeFolder } from "../input/make-folder.ts";
import { type Layer, weightShape } from "../layers/layer.ts";
import { npyBytes } from "../masks/npy-writer.ts";
import { drawnMeans } from "../networks/drawn-densities.ts";
import { networkFileName } from "../networks/network-file.ts";
import { geometryKeys, networkYaml } from "../networks/network-text.ts";
import type { ImportedLayer, ImportedNetwork } from "./imported-network.ts";
import type { Numbers } from "./onnx-tensor.ts";

/** What a run of the network adds to its file. */
export interface RunKeys {
  readonly source: string;
  /** Name of the densities' CSV. */
  readonly samples: string;
  readonly shapes?: string;
  /** Layers whose masks lie in `masks/`. */
  readonly masked: ReadonlySet<string>;
}

/** A folder that appears whole or not at all: it is written under another name beside its place. */
export class NetworkFolder {
  private readonly place: string;
  private readonly draft: string;

  /**
   * @param out where the network is to lie
   * @throws ConfigError if something else is there, or the folder cannot be written
   */
  constructor(out: string) {
    this.place = resolve(out);
    this.draft = `${this.place}.unfinished`;
    try {
      const isOurs = existsSync(join(this.place, networkFileName));
      if (existsSync(this.place) && !isOurs && readdirSync(this.place).length > 0) {
        throw new ConfigError(`--out ${out}: is a folder with other files; a network is written to a new folder`);
      }
      rmSync(this.draft, { recursive: true, force: true });
      makeFolder(this.draft);
    } catch (error) {
      throw asConfigError(error, `--out ${out}`);
    }
  }

  write(name: string, content: string | Uint8Array): void {
    const path = join(this.draft, name);
    try {
      makeFolder(dirname(path));
      writeFileSync(path, content);
    } catch (error) {
      throw asConfigError(error, path);
    }
  }

  /** Puts the folder in its place. */
  finish(): void {
    rmSync(this.place, { recursive: true, force: true });
    renameSync(this.draft, this.place);
  }

  /** Leaves nothing behind. */
  discard(): void {
    rmSync(this.draft, { recursive: true, force: true });
  }
}

function asConfigError(error: unknown, what: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof ConfigError || code === undefined
    ? error
    : new ConfigError(`${what}: cannot be written (${code})`);
}

/**
 * Writes the weights of every layer that has them.
 *
 * @returns the share of non-zeros of each layer; undefined where it has no weights
 */
export function writeWeights(folder: NetworkFolder, { layers }: ImportedNetwork): (number | undefined)[] {
  return layers.map(({ layer, weights, weightDensity }) => {
    if (weights === undefined) return weightDensity;
    const numbers = weights();
    folder.write(weightsFile(layer), npyBytes(storable(numbers), weightShape(layer)));
    let nonZeros = 0;
    for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) nonZeros++;
    return nonZeros / numbers.length;
  });
}

/** Floats as they are, integers as floats. */
function storable(numbers: Numbers): Float32Array | Float64Array {
  return numbers instanceof Float32Array || numbers instanceof Float64Array ? numbers : Float32Array.from(numbers);
}

function weightsFile({ name }: Layer): string {
  return `weights/${name}.npy`;
}

/** Writes `network.yaml`. */
export function writeNetworkFile(folder: NetworkFolder, network: ImportedNetwork, run: RunKeys | undefined): void {
  const { name, format, layers, notes } = network;
  const means = drawnMeans(
    name,
    layers.map(({ layer }) => layer),
  );
  const keys = {
    name,
    description: `imported from ${format === "onnx" ? "ONNX" : "a SCALE-Sim topology"}`,
    source: run?.source ?? assumedSource,
    ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
    ...(run === undefined ? { variation: "measured" } : { samples: run.samples }),
    ...(run?.shapes === undefined ? {} : { shapes: run.shapes }),
    layers: layers.map((layer, index) => ({
      ...geometryKeys(layer.layer),
      ...tensorKeys(layer, run, Number(means[index].toFixed(4))),
      ...wiringKeys(layer),
    })),
  };
  folder.write(networkFileName, networkYaml(keys));
}

const assumedSource =
  "activations assumed: layer means drawn evenly from .20 to .93, varying between samples as measured networks do";

function tensorKeys(
  { layer, weights, weight, weightDensity }: ImportedLayer,
  run: RunKeys | undefined,
  mean: number,
): object {
  const isMasked = run?.masked.has(layer.name) === true;
  // A square operand could be its transpose.
  const isProduct = layer.kind === "matmul";
  return {
    ...(weights !== undefined
      ? { weightMask: weightsFile(layer), ...(isProduct ? { weightLayout: "MCRS" } : {}) }
      : weightDensity !== undefined
        ? { weightDensity }
        : {}),
    ...(weights === undefined && weight !== undefined ? { secondInput: true } : {}),
    ...(run === undefined ? { inputDensity: mean } : {}),
    ...(isMasked
      ? {
          ...{ inputMask: maskFile("{sample}", layer, "input"), outputMask: maskFile("{sample}", layer, "output") },
          ...(isProduct ? { inputLayout: "CHW", outputLayout: "MEF" } : {}),
        }
      : {}),
  };
}

export function maskFile(sample: number | string, { name }: Layer, tensor: "input" | "output"): string {
  return `masks/${sample}/${name}.${tensor}.npy`;
}

function wiringKeys({ reads, between = [] }: ImportedLayer): object {
  return { ...(reads === undefined ? {} : { reads }), ...(between.length === 0 ? {} : { between }) };
}
