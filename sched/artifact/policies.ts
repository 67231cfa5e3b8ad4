/**
 * The artifact's departures from the papers' schedulers. Each is a switch of its own, and any of them can be combined:
 * here the switches of a run are turned into the policy that has them, so that the files of the policies themselves
 * read as their papers (docs/decisions/0002).
 */

import { type DystaVariant, variants } from "../dysta.ts";

import type { PolicyParameters } from "../parameters.ts";
import type { Policy } from "../policy.ts";
import { DividingDysta } from "./dysta.ts";
import { ArtifactPlanaria } from "./planaria.ts";
import { ArtifactPrema } from "./prema.ts";
import { ArtifactSdrm3 } from "./sdrm3.ts";

/** The policy that has the faults of `semantics`; undefined if none of them concerns the scheduler called `name`. */
export function artifactPolicy(name: string, parameters: PolicyParameters): Policy | undefined {
  const { dysta, sdrm3, semantics } = parameters;
  if (name.startsWith("prema")) return artifactPrema(name, parameters);
  if (name === "planaria" && semantics.has("planaria-late-last")) return new ArtifactPlanaria(name);
  if (name.startsWith("sdrm3") && semantics.has("sdrm3-late-last")) {
    return new ArtifactSdrm3({ sparse: name === "sdrm3_sparse", ...sdrm3 });
  }
  if (isDysta(name) && semantics.has("divided-penalty")) return new DividingDysta(name, dysta);
  return undefined;
}

function artifactPrema(name: string, { semantics }: PolicyParameters): Policy | undefined {
  if (!semantics.has("prema-newcomers") && !semantics.has("prema-shared-ratio")) return undefined;
  const waiting = name === "prema_once" ? "once" : "recounted";
  return new ArtifactPrema({ name, sparse: name === "prema_sparse", waiting }, semantics);
}

function isDysta(name: string): name is DystaVariant {
  return Object.hasOwn(variants, name);
}
