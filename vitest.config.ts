import { configDefaults, defineConfig } from "vitest/config";

/** Files that replace a module by another for their tests: each needs modules of its own. */
const withMocks = ["test/sim/profile/expected-run.test.ts", "test/sim/study/sweep/run-sweep-faults.test.ts"];

export default defineConfig({
  test: {
    globalSetup: "test/temporary-files.ts",
    // Most tests wait for threads and programs that they start.
    maxWorkers: 2,
    // What is built is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "test/second-suite/**", ...withMocks],
          setupFiles: "test/property-seeds.ts",
          // Files share a process one after another, so that each does not load the program anew.
          isolate: false,
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: withMocks,
          setupFiles: "test/property-seeds.ts",
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
});
