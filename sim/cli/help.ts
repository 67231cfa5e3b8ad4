/** What `--help` says besides names and descriptions: groups of options, and two examples per command. */
import type { Argv, Options } from "yargs";

/** Titles of groups, and the options in each; an option that is in none stands under "Options". */
const groups: Readonly<Record<string, readonly string[]>> = {
  "Results:": ["out", "json", "restart", "timeline", "timeline-layers", "dispatch-seeds", "vcd", "bounds"],
  "Requests:": ["rate", "slo", "requests", "seed", "seeds", "scheduler", "semantics", "fault", "deadlines", "target"],
  "Networks:": ["models", "layer", "pattern", "sparsity", "samples", "batch"],
  "Hardware:": ["hardware", "fidelity", "preemption", "energy", "area", "mapping", "mapping-objective"],
  "Scheduling unit and monitor:": [
    ...["dispatch", "format", "fifo-depth", "variant", "rescoring", "decision-cost"],
    ...["monitor-lanes", "monitor-buffer", "monitor-tap"],
  ],
  "How the work is done:": ["workers", "cache", "log-level"],
};

/** The same options, each in its group. */
export function grouped<Given extends Readonly<Record<string, Options>>>(options: Given): Given {
  const groupOf = (name: string) => Object.keys(groups).find((title) => groups[title].includes(name));
  const entries = Object.entries(options).map(([name, option]) => {
    const group = groupOf(name);
    return [name, group === undefined ? option : { ...option, group }];
  });
  return Object.fromEntries(entries) as Given;
}

/** By command: what is typed after `dysta`, and what it does. */
const examples: Readonly<Record<string, readonly (readonly [words: string, does: string])[]>> = {
  run: [
    ["run multi-attnn --rate 40 --seeds 10", "a built-in scenario at another rate"],
    ["run scenario.yaml --scheduler fcfs,dysta,./mine.mjs --out found", "your own, with your own scheduler, kept"],
  ],
  profile: [
    ["profile --models sparse-mobilenet-0.5", "a network, layer by layer"],
    ["profile --layer layer.yaml --hardware hardware.yaml", "your own layer on your own array"],
  ],
  capacity: [
    ["capacity xr-vr-gaming --target 99%", "how much each scheduler can take"],
    ["capacity scenario.yaml --scheduler sjf,dysta", "two of them on your own mix"],
  ],
  explain: [
    ["explain resnet50", "what holds a network up"],
    ["explain mobilenet 'conv*' --hardware eyeriss-v2-768", "some layers, on a larger array"],
  ],
  explore: [
    ["explore --models handlandmark-sparse --rate 300 --out sizes", "which array is enough"],
    ["explore scenario.yaml --pes 24..768", "sizes for your own mix"],
  ],
  overhead: [
    ["overhead", "what monitor and scheduling unit cost beside Eyeriss v2"],
    ["overhead --fifo-depth 512 --format fp32", "of another unit"],
  ],
  sweep: [
    ["sweep arrival-rate --out rates", "a built-in sweep; the same words go on with it"],
    ["sweep sweep.yaml --out sizes --dry-run", "how many points, and how long they will take"],
  ],
  merge: [
    ["merge shard-1 shard-2 --out whole", "two shards of a sweep"],
    ["merge shards/* --out whole --json", "all of them, for a script"],
  ],
  report: [
    ["report found", "draws a folder's report anew"],
    ["report rates --json", "says where it is, for a script"],
  ],
  rtl: [
    ["rtl --out unit", "the unit of the default scenario"],
    ["rtl multi-cnn --fifo-depth 16 --out small", "a smaller one, with vectors of another run"],
  ],
  conform: [
    ["conform test/reference", "the recordings that come with the source"],
    ["conform mine --json", "your own, for a script"],
  ],
  reproduce: [
    ["reproduce table5,fig15 --out found", "two items"],
    ["reproduce all --out found", "everything; what was stopped goes on"],
  ],
  import: [
    ["import model.onnx --out mynet", "a network from ONNX"],
    ["import model.onnx --out mynet --inputs photos/", "with the zeros that its activations have on your inputs"],
  ],
  list: [
    ["list", "everything there is"],
    ["list hardware --json", "one kind, for a script"],
  ],
  schema: [
    ["schema scenario > scenario.schema.json", "for the editor in which you write a scenario"],
    ["schema result-run", "of what dysta run prints as JSON"],
  ],
  completion: [
    ["completion bash >> ~/.bashrc", "for bash"],
    ["completion fish > ~/.config/fish/completions/dysta.fish", "for fish"],
  ],
};

/** Adds a command's examples to its help. */
export function withExamples<T>(command: Argv<T>, name: string): Argv<T> {
  return command.example((examples[name] ?? []).map(([words, does]): [string, string] => [`$0 ${words}`, does]));
}
