import { expect, test } from "vitest";
import { sangerLatencySeconds } from "../../../workloads/tables/sanger.ts";
import { numberColumn, readTable } from "../../../workloads/tables/table-reader.ts";

test("the Sanger formula gives every recorded latency to the last bit", () => {
  const table = readTable("test/reference/vectors/sanger_latency.csv");
  const [density, balance, tokens, latency] = ["overall_sparsity", "load_balance", "seq_len", "latency_s"].map((name) =>
    numberColumn(table, name, {}),
  );
  expect(latency.map((_, row) => sangerLatencySeconds(density[row], balance[row], tokens[row]))).toEqual(latency);
  expect(latency.length).toBeGreaterThan(400);
});

test("an empty mask costs the projections alone", () => {
  const projections = (512 * 768 * 768 * 2 * 3) / 2048 / 1e9;
  expect(sangerLatencySeconds(0, 0.8, 512)).toBeCloseTo(projections, 12);
});
