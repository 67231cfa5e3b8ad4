/** What `dysta import` reports, as the JSON document of the command-line contract. */
import { denseMacs, parameterCount } from "../layers/layer.ts";
import type { ImportedNetwork, OperatorList } from "./imported-network.ts";

interface ImportedRow {
  readonly name: string;
  readonly kind: string;
  readonly denseMacs: number;
  readonly weights: number;
  /** Null where two activations are multiplied or the file has no weights. */
  readonly weightDensity: number | null;
  /** Means over the samples; absent without inputs. */
  readonly inputDensity?: number;
  readonly outputDensity?: number;
}

export interface ImportDocument {
  readonly name: string;
  readonly format: string;
  readonly opset?: number;
  /** How many inputs the network was run on; 0: its activations are assumed. */
  readonly samples: number;
  readonly layers: readonly ImportedRow[];
  readonly operators: OperatorList;
  readonly totals: {
    readonly macs: number;
    /** Biases and normalisations included. */
    readonly parameters: number;
    /** Of the layers' weights; null if the file has none. */
    readonly weightDensity: number | null;
  };
  readonly notes: readonly string[];
}

/** What was counted while a network's files were written, by index of its layers. */
export interface CountedDensities {
  readonly weight: readonly (number | undefined)[];
  readonly samples: number;
  /** Means over the samples. */
  readonly input?: readonly number[];
  readonly output?: readonly number[];
}

export function importDocument(network: ImportedNetwork, counted: CountedDensities): ImportDocument {
  const { name, format, opset, operators, parameters, notes } = network;
  const layers = network.layers.map(({ layer }, index): ImportedRow => {
    const density = counted.weight[index];
    return {
      ...{ name: layer.name, kind: layer.kind, denseMacs: denseMacs(layer) },
      weights: network.layers[index].weights === undefined && density === undefined ? 0 : parameterCount(layer),
      weightDensity: density ?? null,
      ...(counted.input === undefined ? {} : { inputDensity: counted.input[index] }),
      ...(counted.output === undefined ? {} : { outputDensity: counted.output[index] }),
    };
  });
  const known = layers.filter(({ weightDensity }) => weightDensity !== null);
  const weights = known.reduce((sum, row) => sum + row.weights, 0);
  const nonZero = known.reduce((sum, row) => sum + row.weights * (row.weightDensity ?? 0), 0);
  return {
    name,
    format,
    ...(opset === undefined ? {} : { opset }),
    samples: counted.samples,
    layers,
    operators,
    totals: {
      macs: layers.reduce((sum, row) => sum + row.denseMacs, 0),
      parameters,
      weightDensity: weights === 0 ? null : nonZero / weights,
    },
    notes,
  };
}
