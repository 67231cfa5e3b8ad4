import { join } from "node:path";
import type { Check } from "./check.ts";
import { checkEyerissVectors } from "./eyeriss-vectors.ts";

/** Layers of the artifact's analytic Eyeriss v2 model: mappings, counts and cycles, and which layers it rejects. */
export const checkEyeriss: Check = ({ dir, file }, _, comparison) => {
  const { values, differences } = checkEyerissVectors(join(dir, file));
  comparison.adopt(
    values,
    differences.map(({ case: layer, field, expected, actual }) => ({
      where: `${layer}: ${field}`,
      recorded: expected,
      replayed: actual,
    })),
  );
  return undefined;
};
