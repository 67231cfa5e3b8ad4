/** Layers, machines and machines a step larger, to see whether the mapper makes anything of the step. */
import { axes, dimensions, type Hardware } from "../../../hw/array/description.ts";
import { chooseMapping, mappingRequest } from "../../../hw/array/mapper.ts";
import type { Objective } from "../../../hw/array/objective.ts";
import { eyerissV2 } from "../../../hw/presets/eyeriss-v2.ts";
import { type Layer, makeLayer, weightShape } from "../../../workloads/layers/layer.ts";
import { type BitMask, maskOf } from "../../../workloads/masks/bit-mask.ts";
import { Dice } from "./random-case.ts";

export interface Step {
  readonly what: string;
  readonly larger: Hardware;
}

export interface SteppedMachine {
  readonly layer: Layer;
  readonly weight: BitMask;
  readonly densities: { readonly input: number; readonly output: number };
  readonly hardware: Hardware;
  readonly steps: readonly Step[];
}

/** A drawn layer on a drawn machine like Eyeriss v2, with every machine that has one axis, capacity or rate more. */
export function steppedMachine(seed: number): SteppedMachine {
  const dice = new Dice(seed);
  const layer = drawnLayer(dice);
  const share = dice.chance(0.3) ? 1 : 0.1 + 0.8 * dice.unit();
  const shape = weightShape(layer);
  const bits = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => (dice.chance(share) ? 1 : 0));
  const hardware = drawnMachine(dice);
  return {
    layer,
    weight: maskOf(bits, shape),
    densities: { input: dice.chance(0.2) ? 1 : 0.2 + 0.7 * dice.unit(), output: 0.2 + 0.7 * dice.unit() },
    hardware,
    steps: stepsFrom(hardware),
  };
}

/** Cycles of the mapper's choice, with its stand-in activations. */
export function chosenCycles(machine: SteppedMachine, hardware: Hardware, objective: Objective): number {
  const { layer, weight, densities } = machine;
  return chooseMapping({ ...mappingRequest(layer, weight, hardware, densities), objective }).counters.cycles;
}

function drawnLayer(dice: Dice): Layer {
  const side = dice.pick([4, 7, 8, 14]);
  const size = { inputHeight: side, inputWidth: side };
  const channels = { inputChannels: dice.pick([8, 16, 24, 32]), outputChannels: dice.pick([8, 16, 24, 40, 64]) };
  const stride = dice.pick([
    [1, 1],
    [2, 2],
  ] as const);
  const spatial = { kernel: [3, 3], padding: [1, 1, 1, 1], stride } as const;
  switch (dice.integer(0, 5)) {
    case 0:
      return makeLayer({ name: "fc", kind: "fc", inputChannels: 128, outputChannels: dice.pick([40, 100]) });
    case 1:
      return makeLayer({
        name: "depthwise",
        kind: "depthwise",
        inputChannels: channels.inputChannels,
        outputChannels: channels.inputChannels,
        ...size,
        ...spatial,
      });
    case 2:
    case 3:
      return makeLayer({ name: "pointwise", kind: "pointwise", ...channels, ...size });
    default:
      return makeLayer({ name: "conv", kind: "conv", ...channels, ...size, ...spatial });
  }
}

function drawnMachine(dice: Dice): Hardware {
  const { spad, dram, mechanisms } = eyerissV2;
  const anywhere = { clusterRows: dimensions, clusterColumns: dimensions, peRows: dimensions, peColumns: dimensions };
  return {
    ...eyerissV2,
    name: "drawn",
    grid: {
      clusterRows: dice.integer(1, 4),
      clusterColumns: dice.integer(1, 2),
      peRows: dice.integer(1, 4),
      peColumns: dice.integer(1, 4),
    },
    macsPerPe: dice.integer(1, 3),
    axisRules: dice.chance(0.3) ? anywhere : eyerissV2.axisRules,
    spad: { ...spad, psumEntries: dice.pick([8, 16, 32]), weightAddresses: dice.pick([9, 16, 20]) },
    buffer: {
      activationBytes: dice.pick([512, 1536, 4608]),
      psumBytes: dice.pick([480, 1920, 7680]),
      shared: false,
    },
    ports: {
      activationsPerCycle: dice.pick([1, 3, 6]),
      psumsPerCycle: dice.pick([1, 4, 8]),
      psumReadsPerCycle: Infinity,
    },
    dram: { ...dram, bytesPerSecond: dice.pick([0.8e9, 3.2e9, 25.6e9]) },
    mechanisms: { ...mechanisms, psumsDrainedPerCycle: dice.pick([1, 2]) },
  };
}

/** Every axis by one and doubled; capacities and rates by half as much again and doubled. */
function stepsFrom(hardware: Hardware): Step[] {
  const { grid, spad, buffer, ports, dram, macsPerPe } = hardware;
  const steps: Step[] = [];
  const add = (what: string, changed: Partial<Hardware>) => steps.push({ what, larger: { ...hardware, ...changed } });
  for (const axis of axes) {
    for (const length of new Set([grid[axis] + 1, 2 * grid[axis]])) {
      add(`${axis} ${grid[axis]} → ${length}`, { grid: { ...grid, [axis]: length } });
    }
  }
  for (const size of Object.keys(spad) as (keyof typeof spad)[]) {
    for (const entries of [Math.ceil(1.5 * spad[size]), 2 * spad[size]]) {
      add(`${size} ${spad[size]} → ${entries}`, { spad: { ...spad, [size]: entries } });
    }
  }
  for (const size of ["activationBytes", "psumBytes"] as const) {
    for (const bytes of [1.5 * buffer[size], 2 * buffer[size]]) {
      add(`${size} ${buffer[size]} → ${bytes}`, { buffer: { ...buffer, [size]: bytes } });
    }
  }
  for (const port of ["activationsPerCycle", "psumsPerCycle"] as const) {
    add(`${port} ${ports[port]} → ${2 * ports[port]}`, { ports: { ...ports, [port]: 2 * ports[port] } });
  }
  add("bandwidth doubled", { dram: { ...dram, bytesPerSecond: 2 * dram.bytesPerSecond } });
  for (const macs of new Set([macsPerPe + 1, 2 * macsPerPe])) add(`MACs ${macsPerPe} → ${macs}`, { macsPerPe: macs });
  return steps;
}
