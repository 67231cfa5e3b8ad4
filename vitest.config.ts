import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/second-suite/**"],
    globalSetup: "test/temporary-files.ts",
    setupFiles: "test/property-seeds.ts",
    // Most tests wait for programs that they start.
    maxWorkers: 2,
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
