import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../workloads/input/errors.ts";
import { formatProfiles, ownProfiles } from "../../../workloads/tables/own-csv.ts";
import { type Profile, sharedDoublesOf, sharedIntegersOf } from "../../../workloads/tables/profile.ts";
import { artifactFormatOf, readArtifactTable, readProfiles } from "../../../workloads/tables/profile-csv.ts";
import { sangerLatencySeconds } from "../../../workloads/tables/sanger.ts";
import { parseTable } from "../../../workloads/tables/table-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "dysta-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, ...lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.join("\n"));
  return file;
}

const eyeriss = "sim_lat,overall-sparsity,batch-indx,layer-indx";
const sanger = "50%-no-skip,50%-skip,overall-sparsity,batch-indx,layer-indx";
const own = "model,pattern,sample,layer,cycles,input_density";
const clock = "# clock: 200 MHz";

describe("what a table says", () => {
  test("Eyeriss v2: seconds as listed, density = 1 − share of zeros, names from the file", () => {
    const file = fileWith("ssd300_resnet18_block4.csv", eyeriss, "0.5,0.25,7,0", "0.125,1,7,1", "1,0,3,1", "2,0.5,3,0");
    const [profile] = readProfiles(file);
    expect(profile).toMatchObject({ model: "ssd300", pattern: "resnet18_block4", timeUnit: "seconds", layerCount: 2 });
    expect(profile.clockHz).toBe(200e6);
    expect([...profile.sampleIds]).toEqual([7, 3]);
    expect([...profile.latency]).toEqual([0.5, 0.125, 2, 1]);
    expect([...profile.inputDensity]).toEqual([0.75, 0, 0.5, 1]);
    expect([...(profile.meanSparsity ?? [])]).toEqual([0.375, 0.5]);
  });

  test("Sanger: density as listed, latency from the sequence length in the name or as given", () => {
    const file = fileWith("load_balance_bart_glue_128.csv", sanger, "0.1,0.8,0.25,0,0");
    const [named] = readProfiles(file);
    expect(named).toMatchObject({ name: "bart_glue_128", model: "bart", pattern: "glue_128", clockHz: 1e9 });
    expect(named.latency[0]).toBe(sangerLatencySeconds(0.25, 0.8, 128));
    expect(named.inputDensity[0]).toBe(0.25);
    expect(readProfiles(file, { sequenceLength: 512 })[0].latency[0]).toBe(sangerLatencySeconds(0.25, 0.8, 512));
  });

  test("columns are found by name, in any order", () => {
    const file = fileWith("net_a.csv", "layer-indx,batch-indx,overall-sparsity,other,sim_lat", "0,0,0.5,x,3");
    expect(readProfiles(file)[0]).toMatchObject({ latency: Float64Array.of(3), inputDensity: Float64Array.of(0.5) });
  });

  test("our own: several networks, cycles, optional columns where given", () => {
    const columns = `${own},output_density,energy_pj`;
    const file = fileWith("own.csv", clock, columns, "a,x,0,0,10,0.5,0.25,", "b,y,4,0,20,1,,7");
    const [a, b] = readProfiles(file);
    expect(a).toMatchObject({ name: "a_x", model: "a", pattern: "x", timeUnit: "cycles", clockHz: 200e6 });
    expect(a.outputDensity).toEqual(Float64Array.of(0.25));
    expect(a.extra).toEqual({});
    expect(b.outputDensity).toBeUndefined();
    expect(b.extra).toEqual({ energy_pj: Float64Array.of(7) });
  });

  test("a byte-order mark and Windows line ends change nothing", () => {
    const plain = fileWith("plain.csv", clock, "# source: s", own, "a,x,0,0,10,0.5");
    const windows = fileWith("windows.csv", `\uFEFF${clock}\r\n# source: s\r\n${own}\r\na,x,0,0,10,0.5\r\n`);
    expect(readProfiles(windows)).toEqual(readProfiles(plain));
  });

  test("the arrays lie in shared memory", () => {
    const [profile] = readProfiles(fileWith("net_b.csv", eyeriss, "0.5,0.25,0,0"));
    for (const array of [profile.latency, profile.inputDensity, profile.sampleIds]) {
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });
});

const profileArbitrary: fc.Arbitrary<Profile> = fc
  .record({ samples: fc.integer({ min: 1, max: 4 }), layers: fc.integer({ min: 1, max: 5 }), hasOutput: fc.boolean() })
  .chain(({ samples, layers, hasOutput }) => {
    const cells = samples * layers;
    const doubles = (of: fc.Arbitrary<number>) =>
      fc.array(of, { minLength: cells, maxLength: cells }).map((values) => sharedDoublesOf(values));
    const density = doubles(fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0));
    const outputs = fc
      .array(fc.integer({ min: 1 }), { minLength: layers, maxLength: layers })
      .map((values) => sharedDoublesOf(values));
    const ids = fc.uniqueArray(fc.nat(), { minLength: samples, maxLength: samples });
    const amounts = doubles(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0));
    const sizes = { inputBytes: amounts, forwardedBytes: amounts };
    const bufferUse = fc.oneof(fc.record(sizes), fc.record({ ...sizes, prefetchedBytes: amounts }));
    return fc
      .record({
        model: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
        pattern: fc.string(),
        sampleIds: ids.map((values) => sharedIntegersOf(values)),
        latency: doubles(fc.maxSafeNat()),
        inputDensity: density,
        ...(hasOutput ? { outputDensity: density, outputs } : {}),
        bufferUse: fc.option(bufferUse, { nil: undefined }),
        extra: fc.option(amounts),
      })
      .map(({ extra, bufferUse, ...profile }) => ({
        ...profile,
        ...(bufferUse === undefined ? {} : { bufferUse }),
        name: `${profile.model}_${profile.pattern}`,
        timeUnit: "cycles" as const,
        clockHz: 123456789,
        source: "a source",
        ...(profile.model.length % 2 === 1 ? { note: "a note" } : {}),
        layerCount: layers,
        extra: extra === null ? {} : { energy_pj: extra },
      }));
  });

describe("our own tables", () => {
  const header = { hardware: "eyeriss-v2", fidelity: "counted", version: "1.2.3" };

  test("come back exactly as they were written", () => {
    const networks = fc.uniqueArray(profileArbitrary, {
      minLength: 1,
      maxLength: 3,
      selector: ({ model, pattern }) => JSON.stringify([model, pattern]),
    });
    fc.assert(
      fc.property(networks, (profiles) => {
        expect(ownProfiles(parseTable("t.csv", formatProfiles(profiles, header)))).toEqual(profiles);
      }),
    );
  });

  test("begin with what they are of", () => {
    const text = formatProfiles(readProfiles(fileWith("w.csv", clock, "# source: s", own, "a,x,0,0,10,0.5")), header);
    expect(text.split("\n").slice(0, 6)).toEqual([
      "# hardware: eyeriss-v2",
      "# clock: 200000000 Hz",
      "# fidelity: counted",
      "# version: 1.2.3",
      "# source: s",
      `${own},output_density,effectual_macs,stall_cycles,dram_bytes,energy_pj,outputs,input_bytes,handed_bytes,prefetched_bytes`,
    ]);
  });

  test("cannot hold seconds", () => {
    const profiles = readProfiles(fileWith("net_c.csv", eyeriss, "0.5,0.25,0,0"));
    const message = "profile net_c: only profiles in cycles can be written as a table";
    expect(() => formatProfiles(profiles, header)).toThrow(new ConfigError(message));
  });
});

describe("a bad table is one line with file, place and value", () => {
  const cases: readonly [string, readonly string[], string][] = [
    ["empty.csv", [""], "is empty"],
    ["header_only.csv", [eyeriss], "has no rows after the header"],
    [
      "net_1.csv",
      ["sim_lat,overal-sparsity,batch-indx,layer-indx", "1,0,0,0"],
      'column overall-sparsity is missing (did you mean "overal-sparsity"?)',
    ],
    [
      "net_2.csv",
      ["overall-sparsity,batch-indx,layer-indx", "0,0,0"],
      "column sim_lat is missing (known: overall-sparsity, batch-indx, layer-indx)",
    ],
    [
      "load_balance_x_128.csv",
      ["overall-sparsity,batch-indx,layer-indx", "0,0,0"],
      "column 50%-skip is missing (known: overall-sparsity, batch-indx, layer-indx)",
    ],
    [
      "own_1.csv",
      [clock, "model,pattern,sample,layer,input_density", "a,x,0,0,0.5"],
      "column cycles is missing (known: model, pattern, sample, layer, input_density)",
    ],
    ["net_3.csv", ["a,b", "1,2"], "is not a profile table: no known column among a, b"],
    [
      "net_4.csv",
      [`${eyeriss},50%-skip`, "1,0,0,0,1"],
      "mixes formats: sim_lat and 50%-skip are columns of different kinds of tables",
    ],
    ["net_5.csv", [`${eyeriss},sim_lat`, "1,0,0,0,1"], "column sim_lat occurs twice"],
    ["net_6.csv", [eyeriss, "1,0,0,0", "1,0,0,1", "1,0,1,1"], "sample 1 has no row for layer 0"],
    ["net_7.csv", [eyeriss, "1,0,0,0", "nan,0,0,1"], "line 3: sim_lat must be a number, is nan"],
    ["net_8.csv", [eyeriss, "1,0,0,0", ",0,0,1"], "line 3: sim_lat must be a number, is empty"],
    ["net_9.csv", [eyeriss, "1e999,0,0,0"], "line 2: sim_lat must be a number, is 1e999"],
    ["net_10.csv", [eyeriss, "-0.5,0,0,0"], "line 2: sim_lat must be 0 or more, is -0.5"],
    ["net_11.csv", [eyeriss, "1,1.5,0,0"], "line 2: overall-sparsity must be from 0 to 1, is 1.5"],
    [
      "net_12.csv",
      [eyeriss, "1,0,0,0", "1,0,0,1", "2,0,0,0"],
      "line 4: sample 0, layer 0 occurs twice (first on line 2)",
    ],
    ["net_13.csv", [eyeriss, "1,0,0.5,0"], "line 2: batch-indx must be a whole number, is 0.5"],
    ["net_14.csv", [eyeriss, "1,0,0"], "line 2: must have 4 values, has 3"],
    ["net_15.csv", [eyeriss, "1,0,0,4294967296"], "line 2: layer-indx must be from 0 to 2147483647, is 4294967296"],
    ["load_balance_y_128.csv", [sanger, "1,0,0.5,0,0"], "line 2: 50%-skip must be more than 0, is 0"],
    [
      "load_balance_z.csv",
      [sanger, "1,1,0.5,0,0"],
      "an attention table needs a sequenceLength (or a file name that ends in one, as …_128.csv)",
    ],
    ["own_2.csv", [own, "a,x,0,0,10,0.5"], 'needs a comment line "# clock: … Hz" before the header'],
    ["own_3.csv", ["# clock: fast", own, "a,x,0,0,10,0.5"], "clock must be a frequency such as 200 MHz, is fast"],
    ["own_4.csv", [clock, own, "a,x,0,0,1.5,0.5"], "line 3: cycles must be a whole number, is 1.5"],
    [
      "own_5.csv",
      [clock, own, "a,x,0,0,1,0.5", "a,x,0,0,2,0.5"],
      "line 4: a/x: sample 0, layer 0 occurs twice (first on line 3)",
    ],
    ["own_6.csv", [clock, own, "a,x,0,0,1,0.5", "a,x,1,1,2,0.5"], "a/x: sample 0 has no row for layer 1"],
    [
      "own_7.csv",
      [clock, `${own},energy_pj`, "a,x,0,0,1,0.5,3", "a,x,1,0,1,0.5,"],
      "line 4: a/x: energy_pj is empty, but given elsewhere",
    ],
    [
      "own_9.csv",
      [clock, `${own},outputs`, "a,x,0,0,1,0.5,3", "a,x,1,0,1,0.5,4"],
      "a/x: layer 0 must have as many outputs in every sample, has 3 and 4",
    ],
    ["own_10.csv", [clock, `${own},input_bytes`, "a,x,0,0,1,0.5,3"], "a/x: has input_bytes, but no handed_bytes"],
    [
      "own_11.csv",
      [clock, `${own},prefetched_bytes,handed_bytes`, "a,x,0,0,1,0.5,3,4"],
      "a/x: has handed_bytes, but no input_bytes",
    ],
    ["own_8.csv", [clock, own, ",x,0,0,1,0.5"], "line 3: model is empty"],
  ];

  test.each(cases)("%s", (name, lines, message) => {
    const file = fileWith(name, ...lines);
    expect(() => readProfiles(file)).toThrow(new ConfigError(`table ${file}: ${message}`));
  });

  test("no such file, a folder, broken quotes", () => {
    const missing = join(folder, "missing.csv");
    expect(() => readProfiles(missing)).toThrow(new ConfigError(`table ${missing}: no such file`));
    expect(() => readProfiles(folder)).toThrow(new ConfigError(`table ${folder}: is a folder`));
    const quotes = fileWith("quotes.csv", eyeriss, '"1,0,0,0');
    expect(() => readProfiles(quotes)).toThrow(/^table .*quotes\.csv: is not CSV: [^\n]*$/);
  });

  test("a sequence length that is none", () => {
    const file = fileWith("load_balance_v_128.csv", sanger, "1,1,0.5,0,0");
    const message = "sequenceLength must be a whole number of tokens, 1 or more, is 0";
    expect(() => readProfiles(file, { sequenceLength: 0 })).toThrow(new ConfigError(message));
  });
});

test("in a recording the path tells the format, and the other format's columns are missing", () => {
  expect(artifactFormatOf("csv/sanger/x.csv")).toBe("sanger");
  expect(artifactFormatOf("csv/eyerissv2/x.csv")).toBe("eyerissv2");
  const file = fileWith("net_d.csv", eyeriss, "0.5,0.25,0,0");
  expect(() => readArtifactTable(file, "sanger", 512)).toThrow(`table ${file}: column 50%-skip is missing`);
});
