/** Is every file of a user's, however it is spoilt, read or refused in one clear line? The long form is in the second suite. */
import { describe, it } from "vitest";
import { readsOrComplains } from "./reads-or-complains.ts";
import { userFiles } from "./user-files.ts";

const seed = 20231028;

describe("a spoilt file is read or refused in one line:", () => {
  it.each(userFiles.map((file) => [file.name, file] as const))("%s", async (_, file) => {
    await readsOrComplains(file, seed, 60);
  });
});
