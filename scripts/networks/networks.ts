/** All built-in networks but the transformers, whose layers follow from the length in their name. */
import type { BuiltIn } from "./built-in.ts";
import { measuredFiles, measuredNetwork } from "./measured.ts";
import { publishedNetworks } from "./published.ts";
import { useLite } from "./use-lite.ts";

export function builtInNetworks(): BuiltIn[] {
  return [...publishedNetworks(), useLite(), ...measuredFiles.map(measuredNetwork)];
}
