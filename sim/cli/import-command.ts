/** `dysta import`: a network of another tool as a folder that every command takes. */
import type { InferredOptionTypes } from "yargs";
import type { Hardware } from "../../hw/array/description.ts";
import { importNetwork } from "../../workloads/import/import-network.ts";
import { readNetworkFile } from "../../workloads/networks/network-file.ts";
import { loadAccelerator } from "../profile/accelerator.ts";
import { unmappedLayers } from "../study/import/unmapped.ts";
import { importText } from "../view/text/import-render.ts";
import { namesIn, requirePositiveInteger } from "./arguments.ts";
import { exitStatus, UsageError } from "./exit.ts";
import type { importOptions } from "./import-options.ts";
import { withProgress } from "./progress.ts";

type ImportArguments = InferredOptionTypes<typeof importOptions> & { readonly file: string; readonly json: boolean };

export async function importCommand(args: ImportArguments): Promise<number> {
  const { file, out, inputs, masks, name, mean, std, layout } = args;
  if (out === undefined) throw new UsageError("import: --out is missing: the folder that the network is written to");
  const samples = requirePositiveInteger("--samples", args.samples);
  for (const [option, value] of Object.entries({ samples, masks, mean, std, layout })) {
    if (inputs === undefined && value !== undefined) throw new UsageError(`--${option} needs --inputs`);
  }
  const options = {
    ...{ out, name, samples, masks },
    inputs: namesIn(inputs),
    maxUnsupported: share("--max-unsupported", args["max-unsupported"]),
    shapes: new Map((namesIn(args.shape) ?? []).map(sizesOf)),
    normalisation: {
      mean: numbers("--mean", mean ?? "0"),
      std: numbers("--std", std ?? "1", (value) => value !== 0),
      ...(layout === undefined ? {} : { layout }),
    },
  };
  const hardware = await arrayNamed(args.hardware);
  let done = 0;
  const document = await withProgress("inputs", (onDone) =>
    importNetwork(file, { ...options, onSample: () => onDone(++done, samples ?? done + 1) }),
  );
  const { layers, sizes } = readNetworkFile(out);
  const unmapped = { hardware: hardware.name, layers: unmappedLayers(layers, hardware, sizes?.largest) };
  const text = args.json ? JSON.stringify({ ...document, unmapped }) : importText(document, unmapped, out);
  process.stdout.write(`${text}\n`);
  return exitStatus.done;
}

/** The array whose limits the layers are held against. */
async function arrayNamed(name: string): Promise<Hardware> {
  const accelerator = await loadAccelerator(name);
  if (accelerator.kind === "array") return accelerator.hardware;
  throw new UsageError(`import: --hardware must be a PE array, ${name} is none`);
}

/** `25%` or `0.25` */
function share(option: string, text: string): number {
  const value = /%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new UsageError(`${option} must be a share of MACs, 0% to 100%, is ${text}`);
}

function numbers(option: string, text: string, isGood: (value: number) => boolean = () => true): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.every((value) => Number.isFinite(value) && isGood(value))) return values;
  throw new UsageError(`${option} must be one number or one per channel, is ${text}`);
}

/** `height=224` or `image=1x3x224x224` */
function sizesOf(text: string): [string, number[]] {
  const [, name, sizes] = /^(.+)=([1-9]\d*(?:x[1-9]\d*)*)$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--shape must be NAME=SIZE or NAME=1x3x224x224, is ${text}`);
  return [name, sizes.split("x").map(Number)];
}
