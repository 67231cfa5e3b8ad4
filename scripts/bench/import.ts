/**
 * Time and memory of `dysta import`: ResNet-50 with random weights, an ONNX file of 102 MB, alone and with photographs'
 * worth of inputs to run it on.
 *
 *     npm run bench:import
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";
import { onnxModel } from "../onnx/onnx-writer.ts";
import { topologies } from "../onnx/topologies.ts";
import { machine, print } from "./measure.ts";

const command = fileURLToPath(new URL("../../sim/cli/main.js", import.meta.url));
const rounds = 3;
const side = 224;
const imageCounts = [2, 6];

/** Printed by the measured process itself as it ends: CPU time of all its threads in µs, largest memory in KiB. */
const report = 'process.on("exit", () => process.stderr.write("\\n" + JSON.stringify(process.resourceUsage())));';

interface Cost {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

function importing(folder: string, ...options: string[]): Cost {
  const out = mkdtempSync(join(folder, "out-"));
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const args = [
    "--import",
    preload,
    command,
    "import",
    join(folder, "model.onnx"),
    "--out",
    join(out, "net"),
    ...options,
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const usage = JSON.parse(stderr.trim().split("\n").at(-1) as string);
  rmSync(out, { recursive: true });
  return { cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6, megabytes: usage.maxRSS / 1024 };
}

/** The median of the rounds in each figure. */
function median(folder: string, ...options: string[]): Cost {
  const costs = Array.from({ length: rounds }, () => importing(folder, ...options));
  const middle = (of: (cost: Cost) => number) => costs.map(of).sort((a, b) => a - b)[Math.floor(rounds / 2)];
  return { cpuSeconds: middle(({ cpuSeconds }) => cpuSeconds), megabytes: middle(({ megabytes }) => megabytes) };
}

/** Colours that change from pixel to pixel by a fixed rule. */
function writeImages(folder: string, count: number): void {
  mkdirSync(folder);
  for (let image = 0; image < count; image++) {
    const png = new PNG({ width: side, height: side });
    for (let k = 0; k < png.data.length; k++) png.data[k] = k % 4 === 3 ? 255 : (k * (7 + image) + (k >> 6) * 13) % 256;
    writeFileSync(join(folder, `${image}.png`), PNG.sync.write(png));
  }
}

const folder = mkdtempSync(join(tmpdir(), "dysta-bench-import-"));
try {
  writeFileSync(join(folder, "model.onnx"), onnxModel(topologies.resnet50({ size: side })));
  const megabytes = statSync(join(folder, "model.onnx")).size / 1e6;
  print(machine());
  print(`ResNet-50, ${megabytes.toFixed(0)} MB of ONNX, median of ${rounds} in each figure`);
  const costs = [median(folder)];
  for (const count of imageCounts) {
    writeImages(join(folder, `images${count}`), count);
    costs.push(median(folder, "--inputs", join(folder, `images${count}`)));
  }
  for (const [k, { cpuSeconds, megabytes: peak }] of costs.entries()) {
    const inputs = k === 0 ? "no inputs" : `${imageCounts[k - 1]} images`;
    print(`${inputs.padEnd(10)} ${cpuSeconds.toFixed(2).padStart(6)} s CPU ${peak.toFixed(0).padStart(6)} MB`);
  }
  const [, few, many] = costs;
  const perImage = (many.cpuSeconds - few.cpuSeconds) / (imageCounts[1] - imageCounts[0]);
  print(`an image more costs ${perImage.toFixed(2)} s CPU`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
