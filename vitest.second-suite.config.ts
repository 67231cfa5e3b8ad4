import { defineConfig } from "vitest/config";

/** The long tests: `npx vitest run --config vitest.second-suite.config.ts`. */
export default defineConfig({
  test: {
    include: ["test/second-suite/**/*.test.ts"],
    globalSetup: "test/temporary-files.ts",
    // Most tests wait for programs that they start.
    maxWorkers: 2,
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
