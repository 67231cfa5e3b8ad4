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
  "multi-attnn": 0,
  "multi-cnn-recorded": 0.01,
  "ar-vr-measured": 0.01,
};

/** @throws ConfigError if α is to be tuned for a scenario for which no sweep was made. */
export function sdrm3Alpha({ file, name, sdrm3 }: Pick<Scenario, "file" | "name" | "sdrm3">): number {
  if (sdrm3.alpha !== "tuned") return sdrm3.alpha;
  if (Object.hasOwn(tunedAlpha, name)) return tunedAlpha[name];
  throw new ConfigError(
    `scenario ${file}: sdrm3.alpha tuned needs a scenario that was swept: ${Object.keys(tunedAlpha).join(", ")}; name is ${name}`,
  );
}
