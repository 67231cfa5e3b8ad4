// A shard that is done after as many attempts as its number in FAKE_FAILURES says, and a merge that asks for all of them.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [verb, ...words] = process.argv.slice(2);
const out = words[words.indexOf("--out") + 1];
mkdirSync(out, { recursive: true });
const complete = (folder) => writeFileSync(join(folder, "provenance.json"), JSON.stringify({ state: "complete" }));
appendFileSync(join(process.env.FAKE_SLURM, "calls"), `${verb} ${words.join(" ")}\n`);
if (verb === "sweep") {
  const [shard] = words[words.indexOf("--shard") + 1].split("/");
  const attempts = existsSync(join(out, "attempts")) ? readFileSync(join(out, "attempts"), "utf8").length : 0;
  appendFileSync(join(out, "attempts"), "x");
  const failures = JSON.parse(process.env.FAKE_FAILURES ?? "{}")[shard] ?? 0;
  if (attempts < failures) {
    process.stderr.write("out of luck\n");
    process.exit(1);
  }
  complete(out);
} else {
  const shards = words.slice(0, words.indexOf("--out"));
  const open = shards.filter((folder) => !existsSync(join(folder, "provenance.json")));
  if (open.length > 0) {
    process.stderr.write(`missing: ${open.join(", ")}\n`);
    process.exit(2);
  }
  complete(out);
}
