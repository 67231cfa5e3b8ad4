/** The workloads and points at which schedulers are compared (`npm run schedulers`). */

type ComparisonWorkload = keyof typeof comparisonWorkloads;

export interface Point {
  readonly workload: ComparisonWorkload;
  /** Requests per second; of bursty arrivals while on. */
  readonly rate: number;
  /** Deadline − arrival as a multiple of the model's mean isolated latency. */
  readonly slo: number;
}

type ScenarioData = (rate: number, slo: number) => object;

const shared = { requests: 1000, schedulers: ["dysta"] };

/** Scenario data by rate and deadline; paths of tables are relative to test/fixtures. */
export const comparisonWorkloads = {
  attention: (rate, slo) => ({
    ...shared,
    name: "attention",
    table: "builtin:sanger",
    sequenceLength: 512,
    arrivals: { kind: "poisson", rate },
    slo,
  }),
  cnn: (rate, slo) => ({
    ...shared,
    name: "cnn",
    table: "builtin:eyerissv2",
    arrivals: { kind: "poisson", rate },
    slo,
  }),
  "ar-vr": (rate, slo) => ({
    ...shared,
    name: "ar-vr",
    table: "profiles/ar-vr.csv",
    arrivals: { kind: "poisson", rate },
    slo,
  }),
  "multi-cnn": (rate, slo) => ({
    ...shared,
    name: "multi-cnn",
    table: "profiles/multi-cnn.csv",
    arrivals: { kind: "poisson", rate },
    slo,
  }),
  /** Bursts of about 20 requests and pauses as long: nothing was tuned on it. */
  "ar-vr bursty": (rate, slo) => ({
    ...shared,
    name: "ar-vr bursty",
    table: "profiles/ar-vr.csv",
    arrivals: { kind: "bursty", rate, on: "100 ms", off: "100 ms" },
    slo,
  }),
  /** A frame at fixed intervals, of any network, as from a device's camera: nothing was tuned on it. */
  "ar-vr periodic": (rate, slo) => ({
    ...shared,
    name: "ar-vr periodic",
    table: "profiles/ar-vr.csv",
    arrivals: { kind: "fixed", rate },
    slo,
  }),
} satisfies Record<string, ScenarioData>;

const at = (workload: ComparisonWorkload, rate: number, ...slos: number[]): Point[] =>
  slos.map((slo) => ({ workload, rate, slo }));

/** The points by title. */
export const points: Readonly<Record<string, readonly Point[]>> = {
  "The 23 points": [
    ...at("attention", 30, 5, 10, 50),
    ...at("attention", 40, 10, 25, 50),
    ...at("attention", 50, 10, 25),
    ...at("cnn", 3, 5),
    ...at("cnn", 4, 10, 25),
    ...at("cnn", 5, 10),
    ...at("ar-vr", 100, 5),
    ...at("ar-vr", 133, 5, 10, 25),
    ...at("ar-vr", 170, 10, 25),
    ...at("multi-cnn", 14, 5),
    ...at("multi-cnn", 17, 5, 10),
    ...at("multi-cnn", 22, 10, 25),
  ],
  "Held out": [
    ...at("ar-vr bursty", 200, 5, 10),
    ...at("ar-vr bursty", 266, 5, 10),
    ...at("ar-vr periodic", 133, 2, 5),
    ...at("ar-vr periodic", 170, 5, 10),
  ],
};
