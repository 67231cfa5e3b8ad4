/** α of SDRM3 in a run: a number, or the best of a sweep. */
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { Scenario } from "../../../workloads/scenarios/scenario.ts";

/** The values of α that are tried. */
export const sweptAlphas = [0, 0.01, 0.03, 0.1, 0.3, 1, 3] as const;

/**
 * For built-in scenarios the α of `sweptAlphas` with the fewest violations on seeds 1 to 20 at the scenario's own rate; of
 * equals the one of smaller ANTT. Printed by `npm run sdrm3-alpha`.
 */
const tunedAlpha: Readonly<Record<string, number>> = {
  "ar-vr-measured": 0.01,
  "ar-vr-wearable": 0.01,
  "data-centre": 0.01,
  "mobile-phone": 0,
  "multi-attnn-modelled": 0,
  "multi-attnn": 0,
  "multi-cnn-recorded": 0.01,
  "multi-cnn": 0.01,
  "xr-ar-assistant": 0.03,
  "xr-ar-gaming": 0.03,
  "xr-outdoor-a": 0.3,
  "xr-outdoor-b": 3,
  "xr-social-a": 3,
  "xr-social-b": 3,
  "xr-vr-gaming": 3,
};

/** @throws ConfigError if α is to be tuned for a scenario for which no sweep was made. */
export function sdrm3Alpha({ file, name, sdrm3 }: Pick<Scenario, "file" | "name" | "sdrm3">): number {
  if (sdrm3.alpha !== "tuned") return sdrm3.alpha;
  if (Object.hasOwn(tunedAlpha, name)) return tunedAlpha[name];
  throw new ConfigError(
    `scenario ${file}: sdrm3.alpha tuned needs a scenario that was swept: ${Object.keys(tunedAlpha).join(", ")}; name is ${name}`,
  );
}
