/**
 * The artifact's departures from the papers' schedulers. Each is a switch of its own, and any of them can be combined:
 * here the switches of a run are turned into the policy that has them, so that the files of the policies themselves
 * read as their papers (docs/decisions/0002).
 */
import type { Fault } from "../../workloads/semantics/faults.ts";
import { Dysta, type DystaVariant } from "../dysta.ts";
import type { PolicyParameters } from "../parameters.ts";
import type { Policy } from "../policy.ts";
import { DividingDysta } from "./dysta.ts";
import { ArtifactPlanaria } from "./planaria.ts";
import { ArtifactPrema } from "./prema.ts";
import { ArtifactSdrm3 } from "./sdrm3.ts";

const premaFaults: readonly Fault[] = ["prema-newcomers", "prema-recount", "prema-shared-ratio"];

/** The policy that has the faults of `semantics`; undefined if none of them concerns the scheduler called `name`. */
export function artifactPolicy(name: string, parameters: PolicyParameters): Policy | undefined {
  const { sdrm3, semantics } = parameters;
  switch (name) {
    case "prema":
    case "prema_sparse":
      if (!premaFaults.some((fault) => semantics.has(fault))) return undefined;
      return new ArtifactPrema({ sparse: name === "prema_sparse" }, semantics);
    case "planaria":
      return semantics.has("planaria-late-last") ? new ArtifactPlanaria() : undefined;
    case "sdrm3":
    case "sdrm3_sparse":
      if (!semantics.has("sdrm3-late-last")) return undefined;
      return new ArtifactSdrm3({ sparse: name === "sdrm3_sparse", ...sdrm3 });
    case "dysta_naive":
    case "dysta":
    case "dysta_oracle":
      return artifactDysta(name, parameters);
    default:
      return undefined;
  }
}

function artifactDysta(name: DystaVariant, { dysta, semantics }: PolicyParameters): Policy | undefined {
  const clamps = semantics.has("clamped-slack");
  const rule = { eta: dysta.eta, clampSlack: dysta.clampSlack || clamps };
  if (semantics.has("divided-penalty")) return new DividingDysta(name, rule);
  return clamps ? new Dysta(name, rule) : undefined;
}
