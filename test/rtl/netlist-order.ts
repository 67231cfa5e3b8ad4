/** The order in which a netlist is evaluated: gates and memory read ports, each after what it reads. */
import type { NetBit, Netlist } from "./gates.ts";
import type { NetlistMemory } from "./netlist-memory.ts";

/** Expression of a gate's output from its inputs, in which `~` makes 32 bits of 0 into 32 bits of 1. */
const expressions: Readonly<Record<string, (inputs: Readonly<Record<string, string>>) => string>> = {
  $_BUF_: ({ A }) => A,
  $_NOT_: ({ A }) => `~${A}`,
  $_AND_: ({ A, B }) => `${A}&${B}`,
  $_NAND_: ({ A, B }) => `~(${A}&${B})`,
  $_OR_: ({ A, B }) => `${A}|${B}`,
  $_NOR_: ({ A, B }) => `~(${A}|${B})`,
  $_XOR_: ({ A, B }) => `${A}^${B}`,
  $_XNOR_: ({ A, B }) => `~(${A}^${B})`,
  $_ANDNOT_: ({ A, B }) => `${A}&~${B}`,
  $_ORNOT_: ({ A, B }) => `${A}|~${B}`,
  $_MUX_: ({ A, B, S }) => `${A}^((${A}^${B})&${S})`,
};

export interface Gate {
  readonly output: number;
  /** Indices of the input nets by pin. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly expression: (inputs: Readonly<Record<string, string>>) => string;
}

export interface MemoryRead {
  readonly memory: NetlistMemory;
  readonly port: NetlistMemory["readPorts"][number];
}

/** Gates that depend on no read port but those of earlier stages, then read ports that depend on these gates. */
export interface Stage {
  readonly gates: Gate[];
  readonly reads: MemoryRead[];
}

interface Node {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly work: Gate | MemoryRead;
}

/** Cell types that are not gates. */
export const flipFlop = "$_DFF_P_";
export const memoryCell = "$mem_v2";

/** @throws Error for a cell that cannot be simulated. */
export function gatesOf(netlist: Netlist, indexOf: (bit: NetBit) => number): Gate[] {
  const gates: Gate[] = [];
  for (const [name, { type, connections }] of Object.entries(netlist.cells)) {
    if (type === flipFlop || type === memoryCell) continue;
    const expression = expressions[type];
    if (expression === undefined) throw new Error(`cell ${name}: type ${type} cannot be simulated`);
    const { Y, ...pins } = connections;
    const inputs = Object.fromEntries(Object.entries(pins).map(([pin, bits]) => [pin, indexOf(bits[0])]));
    gates.push({ output: indexOf(Y[0]), inputs, expression });
  }
  return gates;
}

/**
 * Puts gates and read ports in order.
 *
 * @throws Error if they form a loop, or if a net has two drivers.
 */
export function inOrder(gates: readonly Gate[], memories: readonly NetlistMemory[]): Stage[] {
  const nodes: Node[] = gates.map((gate) => ({
    inputs: Object.values(gate.inputs),
    outputs: [gate.output],
    work: gate,
  }));
  for (const memory of memories) {
    for (const port of memory.readPorts) {
      nodes.push({ inputs: [...port.address], outputs: [...port.data], work: { memory, port } });
    }
  }
  return staged(nodes);
}

function staged(nodes: readonly Node[]): Stage[] {
  const driver = driversOf(nodes);
  const stageOf = new Map<Node, number>();
  const open = new Set<Node>();
  const stages: Stage[] = [];
  // A stack in place of recursion: chains of gates can be thousands long.
  const stack: Node[] = [];
  for (const root of nodes) {
    stack.push(root);
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (stageOf.has(node)) {
        stack.pop();
        continue;
      }
      const before = node.inputs.map((net) => driver.get(net)).filter((other) => other !== undefined);
      const missing = before.filter((other) => !stageOf.has(other));
      if (missing.length > 0) {
        if (open.has(node)) throw new Error(`combinational loop through net ${node.outputs[0]}`);
        open.add(node);
        stack.push(...missing);
        continue;
      }
      stack.pop();
      const stage = before.reduce((latest, other) => Math.max(latest, stageAfter(other, stageOf)), 0);
      stageOf.set(node, stage);
      while (stages.length <= stage) stages.push({ gates: [], reads: [] });
      if ("memory" in node.work) stages[stage].reads.push(node.work);
      else stages[stage].gates.push(node.work);
    }
  }
  return stages;
}

function stageAfter(node: Node, stageOf: ReadonlyMap<Node, number>): number {
  const stage = stageOf.get(node) as number;
  return "memory" in node.work ? stage + 1 : stage;
}

function driversOf(nodes: readonly Node[]): Map<number, Node> {
  const driver = new Map<number, Node>();
  for (const node of nodes) {
    for (const net of node.outputs) {
      if (driver.has(net)) throw new Error(`net ${net} has two drivers`);
      driver.set(net, node);
    }
  }
  return driver;
}
