/** Does our copy of the artifact's Eyeriss v2 model give its recorded results, and would we notice if it did not? */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { artifactCycles, artifactEyerissV2, artifactMapping, artifactShape } from "../../hw/artifact/eyeriss.ts";
import { checkEyerissVectors } from "../../sim/study/conform/eyeriss-vectors.ts";
import { ConfigError } from "../../workloads/input/errors.ts";
import { inputShape, makeLayer, weightShape } from "../../workloads/layers/layer.ts";
import { denseMask } from "../../workloads/masks/bit-mask.ts";

const maskedVectorsFile = "eyerissv2.json";
const hashedVectorsFile = "eyerissv2_networks.json";
const vectors = join(import.meta.dirname, "../reference/vectors");

test("46 small layers: every mapping factor, count, cycle and rejection", () => {
  const report = checkEyerissVectors(join(vectors, maskedVectorsFile));
  expect(report.differences).toEqual([]);
  expect(report.cases).toBe(46);
  expect(report.values).toBeGreaterThan(46 * 20);
});

test("82 layers of ResNet-50 and MobileNet", () => {
  const report = checkEyerissVectors(join(vectors, hashedVectorsFile));
  expect(report.differences).toEqual([]);
  expect(report.cases).toBe(82);
});

describe("altered recordings", () => {
  const folder = mkdtempSync(join(tmpdir(), "dysta-eyeriss-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  // biome-ignore lint/suspicious/noExplicitAny: alters recordings in ways their type does not allow
  function differencesAfter(alter: (firstCase: any) => void) {
    cpSync(vectors, folder, { recursive: true });
    const recording = JSON.parse(readFileSync(join(vectors, maskedVectorsFile), "utf8"));
    alter(recording.cases[0]);
    writeFileSync(join(folder, maskedVectorsFile), JSON.stringify(recording));
    return () => checkEyerissVectors(join(folder, maskedVectorsFile)).differences;
  }

  test("one more cycle is noticed, in the exact figure only", () => {
    const differences = differencesAfter((recorded) => {
      recorded.estimated_cycle_exact += 1;
      recorded.estimated_cycle += 1;
    });
    expect(differences()).toEqual([
      { file: maskedVectorsFile, case: "0", field: "estimated_cycle_exact", expected: 4818, actual: 4817 },
    ]);
  });

  test("another mapping factor", () => {
    const differences = differencesAfter((recorded) => {
      recorded.mapping.F0 = 8;
    });
    expect(differences()).toEqual([
      { file: maskedVectorsFile, case: "0", field: "mapping.F0", expected: 8, actual: 16 },
    ]);
  });

  test("a flipped mask bit", () => {
    const differences = differencesAfter((recorded) => {
      recorded.input_mask = `${recorded.input_mask[0] === "A" ? "Q" : "A"}${recorded.input_mask.slice(1)}`;
    });
    expect(differences().map(({ field }) => field)).toContain("input_nnz");
  });

  test("a result where an error is recorded", () => {
    const differences = differencesAfter((recorded) => {
      recorded.error = "AssertionError";
    });
    expect(differences()).toEqual([
      { file: maskedVectorsFile, case: "0", field: "error", expected: "fails", actual: "runs" },
    ]);
  });

  test("a mask of the wrong length", () => {
    const differences = differencesAfter((recorded) => {
      recorded.input_mask = "AAAA";
    });
    expect(differences).toThrow(new ConfigError(`${maskedVectorsFile}: case 0: a mask has 3 bytes for 25088 bits`));
  });

  test("no recording at all", () => {
    writeFileSync(join(folder, maskedVectorsFile), "{}");
    expect(() => checkEyerissVectors(join(folder, maskedVectorsFile))).toThrow(/cases: /);
  });
});

describe("layers the artifact rejects", () => {
  test.each([
    [
      { inputChannels: 6, inputHeight: 8, inputWidth: 8, kernel: [3, 3] as const },
      "artifact-eyeriss-v2: input channels must be a multiple of 4 for its mapping, are 6",
    ],
    [
      { inputChannels: 4, inputHeight: 12, inputWidth: 37, kernel: [3, 3] as const },
      "artifact-eyeriss-v2: an input that needs padding to width 64 must be square, is 12x37",
    ],
    [
      { inputChannels: 8, inputHeight: 20, inputWidth: 20, kernel: [17, 17] as const },
      "artifact-eyeriss-v2: has no mapping for a kernel of 17 rows",
    ],
  ])("%j", (sizes, message) => {
    const layer = makeLayer({ name: "layer", kind: "conv", outputChannels: 8, ...sizes });
    const run = () => artifactCycles(artifactShape(layer), denseMask(inputShape(layer)), denseMask(weightShape(layer)));
    expect(run).toThrow(new ConfigError(message));
  });
});

test("stride changes nothing: the artifact does not know it", () => {
  const layer = { name: "layer", kind: "conv", inputChannels: 16, outputChannels: 32, kernel: [3, 3] } as const;
  const mappings = [1, 2].map((stride) =>
    artifactMapping(
      artifactShape(makeLayer({ ...layer, inputHeight: 14, inputWidth: 14, stride: [stride, stride] })),
      artifactEyerissV2,
    ),
  );
  expect(mappings[1]).toEqual(mappings[0]);
});
