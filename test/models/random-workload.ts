/**
 * Small random workloads for property tests: every load from idle to overload, in seconds and in cycles, with the
 * coincidences on which schedulers disagree: equal arrivals, arrivals at layer boundaries, equal scores, late deadlines.
 */
import fc from "fast-check";
import type { Workload } from "../../sim/core/workload.ts";
import { priorityLevels } from "../../workloads/requests/requests.ts";
import { buildLookupTables } from "../../workloads/tables/lookup-table.ts";
import type { Profile, TimeUnit } from "../../workloads/tables/profile.ts";

interface Clock {
  readonly timeUnit: TimeUnit;
  readonly clockHz: number;
}

const clocks: readonly Clock[] = [
  { timeUnit: "seconds", clockHz: 200e6 },
  { timeUnit: "cycles", clockHz: 1e3 },
  { timeUnit: "cycles", clockHz: 200e6 },
];

/** Up to 40 requests of 1–5 profiles of 1–8 layers and 1–4 samples; some layers empty in every sample if so wanted. */
export function randomWorkload({ maxRequests = 40, maxSamples = 4, emptyLayers = false } = {}): fc.Arbitrary<Workload> {
  return fc
    .record({ clock: fc.constantFrom(...clocks), isCoarse: fc.boolean() })
    .chain(({ clock, isCoarse }) =>
      fc.record({
        clock: fc.constant(clock),
        networks: fc.array(network(clock, { isCoarse, maxSamples, emptyLayers }), {
          minLength: 1,
          maxLength: 5,
          size: "max",
        }),
        load: fc.constantFrom(0.3, 0.9, 2),
        requests: fc.array(request, { minLength: 1, maxLength: maxRequests, size: "max" }),
      }),
    )
    .map(({ clock, networks, load, requests }) => {
      const profiles = networks.map((drawn, index) => profileOf(drawn, index, clock));
      return workloadOf(profiles, requests, load);
    });
}

interface Network {
  readonly model: string;
  readonly layerCount: number;
  readonly latency: readonly number[];
  readonly inputDensity: readonly number[];
  readonly outputDensity: readonly number[] | undefined;
  readonly outputs: readonly number[] | undefined;
}

/** Coarse values, few and whole, make many equal scores and boundary arrivals; fine ones make rounding visible. */
function network(
  { timeUnit, clockHz }: Clock,
  { isCoarse, maxSamples, emptyLayers }: { isCoarse: boolean; maxSamples: number; emptyLayers: boolean },
): fc.Arbitrary<Network> {
  const milliseconds = isCoarse ? fc.integer({ min: 1, max: 4 }) : fineDouble(0.5, 30);
  const latency = milliseconds.map((ms) => (timeUnit === "seconds" ? ms / 1000 : Math.ceil((ms / 1000) * clockHz)));
  const density = isCoarse ? fc.constantFrom(0.25, 0.5, 1) : fineDouble(0.02, 1);
  const shape = fc.record({
    layerCount: fc.integer({ min: 1, max: 8 }),
    samples: fc.integer({ min: 1, max: maxSamples }),
  });
  return shape.chain(({ layerCount, samples }) => {
    const cells = { minLength: layerCount * samples, maxLength: layerCount * samples };
    const isEmpty = fc.array(emptyLayers ? fc.boolean() : fc.constant(false), {
      minLength: layerCount,
      maxLength: layerCount,
    });
    const densities = fc
      .record({ drawn: fc.array(density, cells), isEmpty })
      .map(({ drawn, isEmpty }) => drawn.map((value, cell) => (isEmpty[cell % layerCount] ? 0 : value)));
    return fc.record({
      model: fc.constantFrom("resnet", "bert"),
      layerCount: fc.constant(layerCount),
      latency: fc.array(latency, cells),
      inputDensity: densities,
      outputDensity: fc.option(densities, { nil: undefined }),
      outputs: fc.option(
        // No density that is drawn rounds to no output at all.
        fc.array(fc.integer({ min: 50, max: 800_000 }), { minLength: layerCount, maxLength: layerCount }),
        { nil: undefined },
      ),
    });
  });
}

/** Uniform between the bounds, with all bits of a double. */
function fineDouble(min: number, max: number): fc.Arbitrary<number> {
  return fc.nat({ max: 2 ** 31 - 1 }).map((step) => min + (max - min) * (step / (2 ** 31 - 1)));
}

function profileOf(
  { model, layerCount, latency, inputDensity, outputDensity, outputs }: Network,
  index: number,
  clock: Clock,
) {
  const samples = latency.length / layerCount;
  return {
    name: `${model}_${index}`,
    model,
    pattern: `${index}`,
    ...clock,
    source: "drawn at random",
    sampleIds: Int32Array.from({ length: samples }, (_, sample) => sample),
    layerCount,
    latency: Float64Array.from(latency),
    inputDensity: Float64Array.from(inputDensity),
    ...(outputDensity && { outputDensity: Float64Array.from(outputDensity) }),
    ...(outputs && { outputs: Float64Array.from(outputs) }),
    extra: {},
  } satisfies Profile;
}

type DrawnRequest = typeof request extends fc.Arbitrary<infer R> ? R : never;

/** Hundredths: uniform, where random doubles would crowd at zero. */
const upTo = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((hundredths) => hundredths / 100);

/** `gap`: since the arrival before, in units of the mean time between arrivals. `profile`, `sample`: modulo how many there are. */
const request = fc.record({
  gap: fc.oneof({ arbitrary: fc.constant(0), weight: 1 }, { arbitrary: upTo(2.5), weight: 4 }),
  profile: fc.nat({ max: 59 }),
  sample: fc.nat({ max: 11 }),
  priority: fc.constantFrom(...priorityLevels),
  sloMultiplier: fc.oneof(fc.constantFrom(0, 0.5, 1, 2, 10), upTo(20)),
});

function workloadOf(profiles: readonly Profile[], drawn: readonly DrawnRequest[], load: number): Workload {
  const { timeUnit, clockHz } = profiles[0];
  const tables = buildLookupTables(profiles);
  const onGrid = (time: number) => (timeUnit === "cycles" ? Math.round(time) : time);
  const meanIsolated = tables.reduce((sum, { isolatedLatency }) => sum + isolatedLatency, 0) / tables.length;
  const profile = Int32Array.from(drawn, (request) => request.profile % profiles.length);
  let clock = 0;
  const arrival = Float64Array.from(drawn, ({ gap }) => {
    clock += onGrid((gap * meanIsolated) / load);
    return clock;
  });
  return {
    timeUnit,
    secondsPerTick: timeUnit === "seconds" ? 1 : 1 / clockHz,
    profiles,
    tables,
    requests: {
      count: drawn.length,
      arrival,
      profile,
      sample: Int32Array.from(drawn, ({ sample }, index) => sample % profiles[profile[index]].sampleIds.length),
      priority: Int32Array.from(drawn, ({ priority }) => priority),
      deadline: Float64Array.from(drawn, ({ sloMultiplier }, index) =>
        onGrid(arrival[index] + sloMultiplier * tables[profile[index]].modelIsolatedLatency),
      ),
    },
  };
}
