/**
 * Runs ONNX networks and shows every tensor in between. The one file that loads onnxruntime-web, which is not installed with this
 * package (147 MB): a network can be imported without it, its activations cannot be measured.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigError } from "../input/errors.ts";
import type { OnnxFile } from "./onnx-file.ts";

/** A tensor that goes into or comes out of a run. */
export interface RunTensor {
  readonly shape: readonly number[];
  readonly numbers:
    | Float32Array
    | Float64Array
    | Int32Array
    | Int8Array
    | Uint8Array
    | Int16Array
    | Uint16Array
    | Uint32Array;
}

/** Names of element types that can be fed, by number of `TensorProto.DataType`. */
const feedTypes: Readonly<Record<number, string>> = {
  ...{ 1: "float32", 2: "uint8", 3: "int8", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 11: "float64" },
};

export class Runtime {
  private readonly ort: OrtModule;
  private readonly session: OrtSession;
  private readonly file: OnnxFile;

  private constructor(ort: OrtModule, session: OrtSession, file: OnnxFile) {
    this.ort = ort;
    this.session = session;
    this.file = file;
  }

  /**
   * @param tensors names of the tensors that every run is to give out
   * @throws ConfigError if onnxruntime-web is not installed or refuses the network
   */
  static async open(file: OnnxFile, tensors: readonly string[]): Promise<Runtime> {
    const ort = await loadOrt();
    const known = new Set([...file.model.graph.outputs, ...file.model.graph.inputs].map(({ name }) => name));
    const added = tensors.filter((name) => !known.has(name) && !file.stored.has(name));
    try {
      const session = await ort.InferenceSession.create(withOutputs(file.bytes, added), {
        executionProviders: ["wasm"],
        // The operators as the file has them: fused ones have no tensors in between.
        graphOptimizationLevel: "disabled",
        externalData: externalFiles(file),
      });
      return new Runtime(ort, session, file);
    } catch (error) {
      throw refusal(file, error);
    }
  }

  /** @returns every tensor asked for, and the network's outputs. @throws ConfigError if the network refuses the inputs */
  async run(inputs: ReadonlyMap<string, RunTensor>): Promise<Map<string, RunTensor>> {
    const feeds: Record<string, OrtTensor> = {};
    for (const { name, dataType } of this.file.model.graph.inputs) {
      const tensor = inputs.get(name);
      if (tensor !== undefined) feeds[name] = this.feed(name, dataType, tensor);
    }
    try {
      const results = await this.session.run(feeds);
      const found = Object.entries(results).map(([name, tensor]) => [name, numbersOf(tensor)] as const);
      return new Map([...inputs, ...found]);
    } catch (error) {
      throw refusal(this.file, error);
    }
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private feed(name: string, dataType: number, { numbers, shape }: RunTensor): OrtTensor {
    const type = feedTypes[dataType];
    if (type === undefined) {
      throw new ConfigError(
        `${this.file.path}: input "${name}" has elements of ONNX type ${dataType}, which cannot be fed`,
      );
    }
    const arrays = {
      ...{ float32: Float32Array, uint8: Uint8Array, int8: Int8Array, int16: Int16Array, int32: Int32Array },
      ...{ bool: Uint8Array, float64: Float64Array },
    } as const;
    const data =
      type === "int64"
        ? BigInt64Array.from(Array.from(numbers), (value) => BigInt(Math.round(value)))
        : arrays[type as keyof typeof arrays].from(numbers);
    return new this.ort.Tensor(type, data, [...shape]);
  }
}

/** What is used of onnxruntime-web, whose own types need not be installed. */
interface OrtTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}
interface OrtSession {
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}
interface OrtModule {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
  readonly Tensor: new (type: string, data: unknown, dims: number[]) => OrtTensor;
}

/** A text and not a literal, so that type checks do not need the package. */
const packageName: string = "onnxruntime-web";

async function loadOrt(): Promise<OrtModule> {
  try {
    const ort = (await import(packageName)) as OrtModule;
    // One thread: the same sums in the same order on every machine.
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = "error";
    return ort;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ConfigError("--inputs needs the package onnxruntime-web: npm install onnxruntime-web@1.30.0");
  }
}

function refusal({ path }: OnnxFile, error: unknown): unknown {
  if (error instanceof ConfigError) return error;
  const [line] = String((error as Error).message ?? error).split("\n");
  return new ConfigError(`${path}: onnxruntime-web cannot run it: ${line}`);
}

/**
 * The model with more outputs. In protocol buffers a message that is there twice is one message whose fields follow each other:
 * a second graph with nothing but outputs adds these to the first.
 */
function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  const graph = Buffer.concat(names.map((name) => field(12, field(1, Buffer.from(name)))));
  return names.length === 0 ? model : Buffer.concat([model, field(7, graph)]);
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length, rest]), bytes]);
}

/** The files of external data, each once. */
function externalFiles({ path, model }: OnnxFile): { path: string; data: Uint8Array }[] {
  const { initializers, nodes } = model.graph;
  const constants = nodes.flatMap(({ attributes }) => attributes.get("value")?.tensor ?? []);
  const names = new Set([...initializers, ...constants].flatMap(({ external }) => external?.get("location") ?? []));
  return [...names].map((name) => ({ path: name, data: readFileSync(join(dirname(path), name)) }));
}

function numbersOf({ data, dims }: OrtTensor): RunTensor {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return { shape: dims, numbers: Float64Array.from(data, Number) };
  }
  return { shape: dims, numbers: data as RunTensor["numbers"] };
}
