/**
 * Profiles of real, trained networks from densities measured on real inputs (`measured/README.md`).
 *
 * The densities are measured; the cycles are not. Until a hardware model computes them they come from a formula: MACs
 * with both operands non-zero, at the peak rate of 192 PEs with one MAC each. Stalls, imbalance and memory are left out.
 */
import { measuredTransformer, transformerName } from "./measured-transformer.ts";
import { packagePath } from "./package-root.ts";
import { type Profile, sharedDoubles, sharedIntegersOf } from "./profile.ts";
import { amountRule, densityRule, numberColumn, readTable } from "./table-reader.ts";

/** Every layer of a network on every input, before time is put to it. Arrays are row-major [samples, layers]. */
export interface MeasuredNetwork {
  readonly model: string;
  readonly pattern: string;
  readonly sampleCount: number;
  readonly layerCount: number;
  /** 0..1 */
  readonly inputDensity: Float64Array;
  /** MACs × share of them that a machine must do which skips zeros of both operands. */
  readonly effectualMacs: Float64Array;
}

/** The array of the formula: Eyeriss v2's PEs and clock (paper, section 6.1), one MAC per PE and cycle. */
export const formulaPeCount = 192;
const formulaClockHz = 200e6;

const formulaSource =
  "formula, not hardware: cycles = effectual MACs / 192 PEs at 200 MHz, from densities measured on real inputs";

interface CnnFiles {
  readonly model: string;
  readonly pattern: string;
  /** Files `STEM.layers.csv` and `STEM.samples.csv`. */
  readonly stem: string;
}

/** Dense: trained without pruning. Unstructured: pruned to 64–86 % zero weights by its authors. */
const cnns: readonly CnnFiles[] = [
  { model: "antispoof", pattern: "unstructured", stem: "human_antispoof" },
  { model: "blazepose-detector", pattern: "unstructured", stem: "human_blazepose-detector" },
  { model: "blazepose-heavy", pattern: "dense", stem: "human_blazepose-heavy" },
  { model: "blazepose-lite", pattern: "dense", stem: "human_blazepose-lite" },
  { model: "centernet", pattern: "dense", stem: "human_centernet" },
  { model: "face-resnet34like", pattern: "dense", stem: "faceapi_resnet34like" },
  { model: "facemesh-detection", pattern: "unstructured", stem: "human_facemesh-detection-full" },
  { model: "faceres-deep", pattern: "dense", stem: "human_faceres-deep" },
  { model: "handdetect", pattern: "dense", stem: "human_handdetect" },
  { model: "handlandmark", pattern: "dense", stem: "human_handlandmark-full" },
  { model: "handlandmark", pattern: "unstructured", stem: "human_handlandmark-sparse" },
  { model: "handskeleton", pattern: "dense", stem: "human_handskeleton" },
  { model: "inception-v3", pattern: "dense", stem: "nsfw_inception_v3" },
  { model: "mobilenet-v2", pattern: "dense", stem: "nsfw_mobilenet_v2" },
  { model: "mobilenet-v2-mid", pattern: "dense", stem: "nsfw_mobilenet_v2_mid" },
  { model: "movenet-lightning", pattern: "dense", stem: "human_movenet-lightning" },
  { model: "movenet-thunder", pattern: "dense", stem: "human_movenet-thunder" },
  { model: "posenet", pattern: "dense", stem: "human_posenet" },
  { model: "selfie", pattern: "dense", stem: "human_selfie" },
  { model: "ssd-mobilenet-v1", pattern: "dense", stem: "faceapi_ssd_mobilenetv1" },
];

/** Names of the measured networks; a name may stand for several patterns. */
export const measuredNames: readonly string[] = [...new Set(cnns.map(({ model }) => model)), transformerName];

/** Profiles of the networks with these names, every pattern of each; in cycles. */
export function measuredProfiles(names: readonly string[] = measuredNames): Profile[] {
  const networks = cnns.filter(({ model }) => names.includes(model)).map(measuredCnn);
  if (names.includes(transformerName)) networks.push(measuredTransformer());
  return networks.map(profileOf);
}

/** Shapes of a CNN do not depend on the input, so a layer has the same MACs on every sample. */
function measuredCnn({ model, pattern, stem }: CnnFiles): MeasuredNetwork {
  const layers = readTable(packagePath("workloads", "measured", `${stem}.layers.csv`));
  const macs = numberColumn(layers, "macs", amountRule);
  const weightDensity = numberColumn(layers, "weight_zero_frac", densityRule).map((zeros) => 1 - zeros);
  const samples = readTable(packagePath("workloads", "measured", `${stem}.samples.csv`));
  const zeros = Array.from(macs, (_, layer) => numberColumn(samples, `L${layer}`, densityRule));
  const sampleCount = samples.rows.length;
  const layerCount = macs.length;
  const inputDensity = sharedDoubles(sampleCount * layerCount);
  const effectualMacs = sharedDoubles(sampleCount * layerCount);
  for (let sample = 0; sample < sampleCount; sample++) {
    for (let layer = 0; layer < layerCount; layer++) {
      const density = 1 - zeros[layer][sample];
      inputDensity[sample * layerCount + layer] = density;
      effectualMacs[sample * layerCount + layer] = macs[layer] * density * weightDensity[layer];
    }
  }
  return { model, pattern, sampleCount, layerCount, inputDensity, effectualMacs };
}

function profileOf({ model, pattern, sampleCount, layerCount, inputDensity, effectualMacs }: MeasuredNetwork): Profile {
  const latency = sharedDoubles(effectualMacs.length);
  for (let index = 0; index < latency.length; index++)
    latency[index] = Math.ceil(effectualMacs[index] / formulaPeCount);
  return {
    name: `${model}_${pattern}`,
    model,
    pattern,
    timeUnit: "cycles",
    clockHz: formulaClockHz,
    source: formulaSource,
    sampleIds: sharedIntegersOf(Array.from({ length: sampleCount }, (_, sample) => sample)),
    layerCount,
    latency,
    inputDensity,
    outputDensity: nextInputDensity(inputDensity, layerCount),
    extra: { effectual_macs: effectualMacs },
  };
}

/**
 * The density of each layer's output, taken to be that of the next layer's input, and 1 after the last. Layers are listed
 * in order of execution; where a network branches, the next one listed is not always the one that reads the output.
 */
function nextInputDensity(inputDensity: Float64Array, layerCount: number): Float64Array {
  const output = sharedDoubles(inputDensity.length);
  for (let index = 0; index < output.length; index++) {
    const isLast = index % layerCount === layerCount - 1;
    output[index] = isLast ? 1 : inputDensity[index + 1];
  }
  return output;
}
