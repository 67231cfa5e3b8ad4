/** The long form of test/fuzz: 5,000 spoilt files, the seed drawn anew and printed. DYSTA_FUZZ_SEED repeats one. */
import { describe, it } from "vitest";
import { readsOrComplains } from "../fuzz/reads-or-complains.ts";
import { userFiles } from "../fuzz/user-files.ts";

const seed = Number(process.env.DYSTA_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`test/second-suite/user-files: DYSTA_FUZZ_SEED=${seed}\n`);

describe("a spoilt file is read or refused in one line:", () => {
  it.each(userFiles.map((file) => [file.name, file] as const))("%s", async (_, file) => {
    await readsOrComplains(file, seed, 625);
  });
});
