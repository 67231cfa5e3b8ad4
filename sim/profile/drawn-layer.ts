/** A layer with what is drawn for it and summed over it, once for all arrays that it is run on. */
import { ActivationSums } from "../../hw/array/activation-sums.ts";
import type { Hardware } from "../../hw/array/description.ts";
import { type LayerSums, WeightSums } from "../../hw/array/layer-sums.ts";
import { loopNest } from "../../hw/array/loop-nest.ts";
import { type MappingRequest, standInSums } from "../../hw/array/mapper.ts";
import type { LayerMasks } from "../../workloads/masks/bit-mask.ts";
import { type ProfileTarget, type TargetLayer, targetLayer } from "./profile-target.ts";

export class DrawnLayer {
  private readonly source: ProfileTarget;
  private readonly index: number;
  private found: TargetLayer | undefined;
  private readonly samples: LayerMasks[] = [];
  private readonly weights = new Map<string, WeightSums>();
  private readonly standIns = new Map<string, LayerSums>();
  /** Only the last: a layer's can be a hundred megabytes. */
  private lastActivations: { readonly sample: number; readonly key: string; readonly sums: ActivationSums } | undefined;

  /** Draws nothing yet. */
  constructor(source: ProfileTarget, index: number) {
    this.source = source;
    this.index = index;
  }

  /** @throws ConfigError for an unknown network or a bad layer file. */
  get target(): TargetLayer {
    this.found ??= targetLayer(this.source, this.index);
    return this.found;
  }

  masks(sample: number): LayerMasks {
    this.samples[sample] ??= this.target.masks(sample);
    return this.samples[sample];
  }

  /** Column sums of the weights at the size that mappings are chosen for; they do not depend on how many PEs there are. */
  weightSums(hardware: Hardware): WeightSums {
    const { mechanisms, macsPerPe } = hardware;
    const { layer, weightMask } = this.target;
    const nest = loopNest(layer, hardware);
    return kept(
      this.weights,
      [mechanisms, macsPerPe, nest.cutsKernelRows],
      () => new WeightSums(nest, weightMask(), hardware),
    );
  }

  /** Sums of a sample's activations, for `counted`. */
  activationSums(sample: number, hardware: Hardware): ActivationSums {
    const key = keyOf(hardware.mechanisms);
    const last = this.lastActivations;
    if (last?.sample === sample && last.key === key) return last.sums;
    this.lastActivations = undefined;
    const sums = new ActivationSums(
      loopNest(this.target.layerOf(sample), hardware),
      this.masks(sample).input,
      hardware,
    );
    this.lastActivations = { sample, key, sums };
    return sums;
  }

  /** What the mapper counts with. */
  standInSums(request: MappingRequest): LayerSums {
    const weights = this.weightSums(request.hardware);
    const { mechanisms } = request.hardware;
    const { cutsKernelRows } = loopNest(request.layer, request.hardware);
    return { ...kept(this.standIns, [mechanisms, cutsKernelRows], () => standInSums(request, weights)), weights };
  }
}

function kept<T>(known: Map<string, T>, inputs: unknown, make: () => T): T {
  const key = keyOf(inputs);
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function keyOf(inputs: unknown): string {
  return JSON.stringify(inputs, (_, value) => (value === Infinity ? "unlimited" : value));
}
