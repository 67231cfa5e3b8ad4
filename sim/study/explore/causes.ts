/** What the cycles of a mix go to on an array, and which layer takes most of them. */
import { type CyclePart, cycleParts } from "../../../hw/array/counters.ts";
import type { NetworkProfile } from "../../profile/profile.ts";

export interface MixCauses {
  /** Shares of the cycles of an inference of the mix, 0..1; null where the fidelity does not know them. */
  readonly causes: Readonly<Record<CyclePart, number>> | null;
  /** The layer that takes most of these cycles. */
  readonly bindingLayer: BindingLayer;
}

interface BindingLayer {
  readonly model: string;
  readonly pattern: string;
  readonly layer: string;
  /** Of the cycles of an inference of the mix, 0..1. */
  readonly share: number;
  /** Where most of its cycles go. */
  readonly boundBy: CyclePart | null;
}

/**
 * @param profiles of the networks on one array
 * @param shareOf each network's part of the requests, in proportion to the others
 */
export function mixCauses(profiles: readonly NetworkProfile[], shareOf: (network: number) => number): MixCauses {
  const rows = profiles.flatMap(({ network: { model, pattern }, layers }, k) =>
    layers.map(({ name, samples }) => {
      const weight = shareOf(k) / samples.length;
      const cycles = samples.reduce((sum, sample) => sum + sample.cycles * weight, 0);
      const parts = cycleParts.map((part) =>
        samples.reduce((sum, { stalls }) => sum + (stalls?.[part] ?? Number.NaN) * weight, 0),
      );
      return { model, pattern, layer: name, cycles, parts };
    }),
  );
  const total = rows.reduce((sum, { cycles }) => sum + cycles, 0);
  const causes = cycleParts.map((_, k) => rows.reduce((sum, { parts }) => sum + parts[k], 0) / total);
  const { model, pattern, layer, cycles, parts } = rows.reduce((a, b) => (b.cycles > a.cycles ? b : a));
  const isKnown = causes.every(Number.isFinite);
  return {
    causes: isKnown
      ? (Object.fromEntries(cycleParts.map((part, k) => [part, causes[k]])) as Record<CyclePart, number>)
      : null,
    bindingLayer: {
      ...{ model, pattern, layer },
      share: cycles / total,
      boundBy: isKnown
        ? cycleParts.reduce((a, b) => (parts[cycleParts.indexOf(b)] > parts[cycleParts.indexOf(a)] ? b : a))
        : null,
    },
  };
}
