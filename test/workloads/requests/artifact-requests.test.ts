import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MersenneTwister } from "../../../workloads/random/mersenne-twister.ts";
import { drawArtifactRequests, withDeadlines } from "../../../workloads/requests/artifact-requests.ts";
import { buildLookupTables } from "../../../workloads/tables/lookup-table.ts";
import { artifactFormatOf, readArtifactTable } from "../../../workloads/tables/profile-csv.ts";

const reference = "test/reference";

interface Recorded {
  models: string[];
  csv: string[];
  seed: number;
  arrival_rate: number;
  num_requests: number;
  slo_multiplier: number;
  params: { seq_len: number };
  requests: [number, number, number, number, number][];
}

function profilesOf({ models, csv, params }: Recorded) {
  return models.map((name, index) => {
    const profile = readArtifactTable(join(reference, csv[index]), artifactFormatOf(csv[index]), params.seq_len);
    return { ...profile, name, model: name.split("_")[0] };
  });
}

const scenarios = readdirSync(`${reference}/scenarios`).filter((name) => !name.endsWith(".trace.json"));

describe.each(scenarios)("%s: the generator draws the recorded request table", (name) => {
  const recorded = JSON.parse(readFileSync(`${reference}/scenarios/${name}`, "utf8")) as Recorded;
  const profiles = profilesOf(recorded);
  const draw = { rate: recorded.arrival_rate, count: recorded.num_requests, profiles };
  const requests = drawArtifactRequests(new MersenneTwister(recorded.seed), draw);
  const column = (index: number) => recorded.requests.map((row) => row[index]);

  test("models, priorities and samples exactly", () => {
    expect(Array.from(requests.profile)).toEqual(column(1));
    expect(Array.from(requests.priority)).toEqual(column(2));
    const sampleNumbers = requests.sample.map((row, request) => profiles[requests.profile[request]].sampleIds[row]);
    expect(Array.from(sampleNumbers)).toEqual(column(3));
  });

  test("arrivals within the difference of two logarithms", () => {
    for (const [request, arrival] of column(0).entries()) {
      expect(Math.abs(requests.arrival[request] / arrival - 1)).toBeLessThan(1e-12);
    }
  });

  test("deadlines to the last bit after the recorded arrivals", () => {
    const tables = buildLookupTables(profiles, { ungrouped: recorded.csv[0].includes("sanger") });
    const stored = { ...requests, arrival: Float64Array.from(column(0)) };
    const { deadline } = withDeadlines(stored, tables, recorded.slo_multiplier);
    expect(Array.from(deadline)).toEqual(recorded.requests.map(([arrival, , , , target]) => arrival + target));
  });
});

test("a sweep's second table goes on where the first ended", () => {
  const profiles = [readArtifactTable(`${reference}/csv/sanger/load_balance_gpt2_glue_128.csv`, "sanger", 512)];
  const generator = new MersenneTwister(1);
  const first = drawArtifactRequests(generator, { rate: 10, count: 50, profiles });
  const second = drawArtifactRequests(generator, { rate: 10, count: 50, profiles });
  const both = drawArtifactRequests(new MersenneTwister(1), { rate: 10, count: 100, profiles });
  expect([...first.sample, ...second.sample]).toEqual([...both.sample]);
  expect([...first.priority, ...second.priority]).toEqual([...both.priority]);
});

test("a table without samples 0 to 6 is refused by name", () => {
  const [profile] = [readArtifactTable(`${reference}/csv/sanger/load_balance_gpt2_glue_128.csv`, "sanger", 512)];
  const few = { ...profile, sampleIds: profile.sampleIds.slice(0, 5) };
  const draw = () => drawArtifactRequests(new MersenneTwister(1), { rate: 1, count: 1, profiles: [few] });
  expect(draw).toThrow("profile gpt2_glue_128: the artifact's generator draws samples 0 to 6, sample 5 is missing");
});
