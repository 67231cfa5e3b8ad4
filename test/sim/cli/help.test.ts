/** Does the help of every command have its options in groups, its defaults and two examples that are right, and do shells complete? */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packagePath } from "../../../workloads/input/package-root.ts";
import { scratchFolder } from "./dysta.ts";
import { dystaInProcess } from "./in-process.ts";

const cwd = scratchFolder();

async function printed(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await dystaInProcess(words, cwd);
  expect([status, stderr], words.join(" ")).toEqual([0, ""]);
  return stdout;
}

const overview = await printed("--help");
const commands = [...overview.matchAll(/^ {2}dysta (\w+)/gm)].map(([, name]) => name);

describe("help", () => {
  it("lists every command", () => {
    expect(commands).toEqual(expect.arrayContaining(["run", "sweep", "reproduce", "completion"]));
    expect(commands.length).toBeGreaterThan(14);
  });

  it.each(commands)("%s has two examples, of options that it has", async (command) => {
    const help = await printed(command, "--help");
    const [, examples = ""] = help.split("\nExamples:\n");
    const lines = examples.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(new RegExp(`^ {2}dysta ${command}\\b.* {2}\\S`));
      for (const [option] of line.matchAll(/--[a-z-]+/g)) {
        expect(help.split("\nExamples:")[0], line).toMatch(new RegExp(`^ +${option} `, "m"));
      }
    }
  });

  it("has the options of run in groups, none of them left over", async () => {
    const help = await printed("run", "--help");
    const titles = [...help.matchAll(/^(\S.*):$/gm)].map(([, title]) => title);
    expect(titles).toEqual(expect.arrayContaining(["Results", "Requests", "Hardware", "Scheduling unit and monitor"]));
    const [, rest] = /^Options:\n([\s\S]*?)\n\n/m.exec(help) ?? [];
    expect([...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option)).toEqual(["--version", "--help"]);
  });
});

describe("completion", () => {
  const completed = async (...words: string[]) =>
    (await printed("--get-yargs-completions", "dysta", ...words)).split("\n");

  it("knows commands, options and names, also after words that are not finished", async () => {
    expect(await completed("re")).toEqual(expect.arrayContaining(["report", "reproduce"]));
    expect(await completed("sweep", "arrival-rate", "--o")).toContain("--out");
    expect(await completed("list", "ha")).toContain("hardware");
    expect(await completed("run", "--rate", "--s")).toContain("--slo");
  });

  it.each(["bash", "zsh", "fish"])("has a script for %s that asks for that shell's words", async (shell) => {
    const script = await printed("completion", shell);
    expect(script).toContain(`SHELL=${shell} dysta --get-yargs-completions`);
    expect(script).toMatch(/^complete |^compdef /m);
  });

  it("an unknown shell is a mistake", async () => {
    const { status, stderr } = await dystaInProcess(["completion", "csh"], cwd);
    expect([status, stderr.trimEnd().split("\n").length]).toEqual([2, 1]);
  });

  it("the script for bash completes in bash", async () => {
    const words = await printed("--get-yargs-completions", "dysta", "ex");
    // What dysta prints, without starting it again.
    const script = `dysta() { printf '%s' '${words}'; }
      ${await printed("completion", "bash")}
      COMP_WORDS=(dysta ex); COMP_CWORD=1; _dysta; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p dysta`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect([stderr, ...stdout.trimEnd().split("\n")]).toEqual([
      ...["", "explain", "explore"],
      "complete -o bashdefault -o default -F _dysta dysta",
    ]);
  });
});

it("README or the guide says how to have completion", () => {
  expect(readFileSync(packagePath("docs/guide.md"), "utf8")).toContain("dysta completion bash");
});
