/** The attention networks of figures 2 and 9 and of Table 4 by the paper's names. */
import type { Profile } from "../../../workloads/tables/profile.ts";

const models: Readonly<Record<string, string>> = { BERT: "bert", "GPT-2": "gpt2", BART: "bart" };

/** The network among `profiles`, whose own name can say more (`bert-base:384`). */
export function attentionNetwork(profiles: readonly Profile[], name: string): Profile {
  const found = profiles.find(({ model }) => model.startsWith(models[name]));
  if (found === undefined)
    throw new Error(`no network for ${name} among ${profiles.map(({ model }) => model).join(", ")}`);
  return found;
}

/** One layer's value in each sample. */
export function layerColumn({ layerCount, sampleIds }: Profile, values: Float64Array, layer: number): number[] {
  return Array.from(sampleIds, (_, sample) => values[sample * layerCount + layer]);
}
