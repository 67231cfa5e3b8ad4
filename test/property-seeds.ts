/**
 * Seeds of property tests. In `npm test` every property draws the same cases each time: its seed is a hash of the test's
 * full name, so that a verdict never depends on the day. With DYSTA_FRESH_SEEDS set to a number the seeds are others, the
 * same for the same number; the second suite draws such a number and prints it.
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeEach } from "vitest";

const fresh = process.env.DYSTA_FRESH_SEEDS ?? "";

beforeEach(({ task }) => {
  const name = `${fresh} ${task.file.name} ${task.suite?.name ?? ""} ${task.name}`;
  const seed = createHash("sha256").update(name).digest().readInt32LE(0);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
});
