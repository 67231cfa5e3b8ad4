import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/second-suite/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
