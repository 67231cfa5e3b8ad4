/** An ONNX file as a list of layers with their real weights. */
import { basename } from "node:path";
import { ConfigError } from "../input/errors.ts";
import { elementCount, type Layer, makeLayer, weightShape } from "../layers/layer.ts";
import type { ImportedLayer, ImportedNetwork, OperatorList, UnsupportedOperator } from "./imported-network.ts";
import { type InferredGraph, inferGraph, type Sizes } from "./infer.ts";
import { layerNames } from "./layer-names.ts";
import type { LayerPlan } from "./layer-plan.ts";
import type { OnnxFile } from "./onnx-file.ts";
import type { Numbers } from "./onnx-tensor.ts";
import { arranged } from "./operands.ts";
import { parameterCount } from "./parameters.ts";
import { Wiring } from "./wiring.ts";

/**
 * The layers of the network at these sizes of its inputs.
 *
 * An operator whose layer no array can have (2³⁰ elements or more in a tensor) is one that is not supported.
 *
 * @throws ConfigError for what `inferGraph` refuses
 */
export function onnxNetwork(file: OnnxFile, sizes: Sizes): ImportedNetwork {
  const graph = withoutImpossibleLayers(inferGraph(file, sizes));
  const wiring = new Wiring(
    graph,
    file.model.graph.outputs.map(({ name }) => name),
  );
  const places = graph.nodes.flatMap(({ plan }, index) => (plan?.layers ?? []).map((layer) => ({ index, layer })));
  const names = layerNames(places.map(({ index, layer }) => ownName(graph, index) + layer.suffix));
  const namesOf = new Map<number, string[]>();
  for (const [k, { index }] of places.entries()) namesOf.set(index, [...(namesOf.get(index) ?? []), names[k]]);
  const layers = places.map(({ index, layer }, k): ImportedLayer => {
    const isPair = graph.values.get(layer.weight.tensor)?.numbers === undefined;
    const sources = wiring.sources([layer.input.tensor, ...(isPair ? [layer.weight.tensor] : [])]);
    // The phases of a transposed convolution write every other pixel each.
    const isInterleaved = sources.nodes.some((source) =>
      graph.nodes[source].plan?.layers.some(({ suffix }) => suffix !== ""),
    );
    const interleaved = isInterleaved ? ["ConvTranspose"] : [];
    const whole = graph.values.get(layer.input.tensor)?.shape ?? [];
    const isCut = layer.input.picks?.some((pick, axis) => pick !== undefined && pick.length < whole[axis]);
    const cut = isCut ? ["Slice"] : [];
    const made = makeLayer({ ...layer.description, name: names[k] });
    const { node } = graph.nodes[index];
    return {
      layer: made,
      operator: node.operator,
      ...{ input: layer.input, weight: layer.weight, output: wiring.written(index, layer.output) },
      ...(isPair ? {} : { weights: () => weightsOf({ file, graph, wiring }, layer, made) }),
      reads: sources.nodes.flatMap((source) => namesOf.get(source) ?? []),
      between: [...sources.between, ...interleaved, ...cut],
    };
  });
  const operators = operatorsOf(graph);
  if (layers.length === 0) {
    const [first] = operators.unsupported;
    const reason = first === undefined ? "" : `: ${first.op} "${first.name}" is ${first.why}`;
    throw new ConfigError(`${file.path}: has no operator with MACs that is modelled${reason}`);
  }
  return {
    name: basename(file.path).replace(/\.onnx$/i, ""),
    format: "onnx",
    opset: file.opset,
    layers,
    operators,
    parameters: parameterCount(graph),
    constant: (name) => graph.values.get(name)?.numbers?.(),
    notes: [],
  };
}

function ownName({ nodes }: InferredGraph, index: number): string {
  const { name, operator } = nodes[index].node;
  return name === "" ? `${operator}_${index}` : name;
}

/** The graph whose operators that would be a layer which cannot be are not supported, `makeLayer` says why. */
function withoutImpossibleLayers(graph: InferredGraph): InferredGraph {
  const nodes = graph.nodes.map((inferred) => {
    const { plan } = inferred;
    const fault = plan?.layers.map(layerFault).find((found) => found !== undefined);
    if (plan === undefined || fault === undefined) return inferred;
    return { ...inferred, plan: { ...plan, layers: [], unsupported: `a layer that cannot be (${fault})` } };
  });
  return { ...graph, nodes };
}

function layerFault({ description }: LayerPlan): string | undefined {
  try {
    makeLayer({ ...description, name: "" });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace(/^layer "": /, "");
    throw error;
  }
}

interface Context {
  readonly file: OnnxFile;
  readonly graph: InferredGraph;
  readonly wiring: Wiring;
}

/** The weights as [M, C/groups, R, S]; 0 where an integer is its zero point or a batch normalisation multiplies by 0. */
function weightsOf({ file, graph, wiring }: Context, plan: LayerPlan, layer: Layer): Numbers {
  const value = graph.values.get(plan.weight.tensor);
  const zero = plan.weight.zeroPoint && graph.values.get(plan.weight.zeroPoint.tensor)?.numbers?.();
  const numbers = arranged(plan.weight, value?.shape ?? [], value?.numbers?.() ?? new Float32Array(0), zero);
  if (numbers.length !== elementCount(weightShape(layer))) {
    throw new Error(`layer ${layer.name}: ${numbers.length} weights for [${weightShape(layer).join(", ")}]`);
  }
  const bad = numbers.findIndex((number) => !Number.isFinite(number));
  if (bad >= 0) {
    throw new ConfigError(
      `${file.path}: weights "${plan.weight.tensor}" of layer "${layer.name}" must be numbers, one is ${numbers[bad]}`,
    );
  }
  return withoutDeadFilters(graph, wiring, plan, numbers);
}

/** A batch normalisation that multiplies a filter by 0 makes all of its weights 0 when it is folded. */
function withoutDeadFilters(graph: InferredGraph, wiring: Wiring, plan: LayerPlan, weights: Numbers): Numbers {
  const next = wiring.onlyReader(plan.output.tensor)?.node;
  const scale = next?.operator === "BatchNormalization" ? graph.values.get(next.inputs[1])?.numbers?.() : undefined;
  const { outputChannels } = plan.description;
  if (scale === undefined || scale.length !== outputChannels || plan.description.kind === "matmul") return weights;
  if (scale.every((factor) => factor !== 0)) return weights;
  const size = weights.length / outputChannels;
  return weights.map((weight, i) => (scale[Math.floor(i / size)] === 0 ? 0 : weight)) as Numbers;
}

function operatorsOf(graph: InferredGraph): OperatorList {
  const counted: Record<string, number> = {};
  const free: Record<string, number> = {};
  const missing: { op: string; name: string; macs: number | null; why: string }[] = [];
  let macs = 0;
  for (const { node, plan, isUnknown } of graph.nodes) {
    if (isUnknown) {
      const op = node.domain === "" ? node.operator : `${node.domain}:${node.operator}`;
      missing.push({ op, name: node.name || node.outputs[0], macs: null, why: `an operator that is not known` });
    } else if (plan === undefined) free[node.operator] = (free[node.operator] ?? 0) + 1;
    else {
      macs += plan.macs;
      if (plan.layers.length > 0 || plan.unsupported === undefined)
        counted[node.operator] = (counted[node.operator] ?? 0) + 1;
      else
        missing.push({ op: node.operator, name: node.name || node.outputs[0], macs: plan.macs, why: plan.unsupported });
    }
  }
  const unsupported = missing.map(
    ({ macs: own, ...rest }): UnsupportedOperator => ({
      ...rest,
      share: own === null ? null : macs === 0 ? 0 : own / macs,
    }),
  );
  return { counted, free, unsupported };
}
