/**
 * Netlists with one mistake: a gate of another type, an input taken from elsewhere or tied, an output inverted, a
 * flip-flop that is stuck, holds or is turned, a memory port with a wrong address, data or enable.
 *
 * A mutant that no stimulus tells from the netlist may compute the same; `isProvenEquivalent` asks Yosys.
 */

import { RtlError, runYosys } from "../../hw/synthesis/yosys.ts";
import type { Dice } from "../hw/array/random-case.ts";
import type { NetBit, Netlist, NetlistCell } from "./gates.ts";
import { NetlistSimulation, randomPowerUp } from "./netlist.ts";
import { flipFlop, memoryCell } from "./netlist-order.ts";
import { type Recording, replay } from "./twin.ts";

export interface NetlistMutant {
  readonly mistake: string;
  readonly netlist: Netlist;
}

const otherTypes: Readonly<Record<string, readonly string[]>> = {
  $_AND_: ["$_OR_", "$_ANDNOT_", "$_XOR_"],
  $_NAND_: ["$_NOR_", "$_ORNOT_", "$_XNOR_"],
  $_OR_: ["$_AND_", "$_XOR_", "$_ORNOT_"],
  $_NOR_: ["$_NAND_", "$_XNOR_", "$_ANDNOT_"],
  $_XOR_: ["$_OR_", "$_AND_", "$_NAND_"],
  $_XNOR_: ["$_NOR_", "$_AND_", "$_NAND_"],
  $_ANDNOT_: ["$_AND_", "$_XOR_", "$_NOR_"],
  $_ORNOT_: ["$_OR_", "$_XNOR_", "$_NAND_"],
  $_NOT_: ["$_BUF_"],
};

/** Each makes a mistake in a cell, `undefined` if the cell has no place for it. */
type Mistake = (cell: NetlistCell, dice: Dice, netlist: Netlist) => { cell: NetlistCell; what: string } | undefined;

const gateMistakes: readonly Mistake[] = [
  function otherType(cell, dice) {
    const types = otherTypes[cell.type];
    if (types === undefined) return undefined;
    const type = dice.pick(types);
    return { cell: { ...cell, type }, what: `is ${type}` };
  },
  function swapped(cell) {
    const { A, B } = cell.connections;
    if (!["$_MUX_", "$_ANDNOT_", "$_ORNOT_"].includes(cell.type)) return undefined;
    return { cell: connected(cell, { A: B, B: A }), what: "has A and B swapped" };
  },
  function tied(cell, dice) {
    const pin = dice.pick(inputPins(cell));
    const value = dice.pick(["0", "1"] as const);
    return { cell: connected(cell, { [pin]: [value] }), what: `has ${pin} tied to ${value}` };
  },
  function elsewhere(cell, dice, netlist) {
    const pin = dice.pick(inputPins(cell));
    const net = dice.pick(sources(netlist));
    return { cell: connected(cell, { [pin]: [net] }), what: `has ${pin} at net ${net}` };
  },
];

const flipFlopMistakes: readonly Mistake[] = [
  function stuck(cell, dice) {
    const value = dice.pick(["0", "1"] as const);
    return { cell: connected(cell, { D: [value] }), what: `is stuck at ${value}` };
  },
  function holds(cell) {
    return { cell: connected(cell, { D: cell.connections.Q }), what: "never changes" };
  },
  function neighbour(cell, dice, netlist) {
    const other = dice.pick(Object.values(netlist.cells).filter(({ type }) => type === flipFlop));
    return { cell: connected(cell, { D: other.connections.D }), what: `takes net ${other.connections.D[0]}` };
  },
];

const memoryMistakes: readonly Mistake[] = [
  function pinTied(cell, dice) {
    const pin = dice.pick(["RD_ADDR", "WR_ADDR", "WR_DATA", "WR_EN"]);
    const bits = [...cell.connections[pin]];
    const at = dice.integer(0, bits.length - 1);
    const value = dice.pick(["0", "1"] as const);
    bits[at] = value;
    return { cell: connected(cell, { [pin]: bits }), what: `has ${pin}[${at}] tied to ${value}` };
  },
  function alwaysWritten(cell) {
    return { cell: connected(cell, { WR_EN: cell.connections.WR_EN.map(() => "1") }), what: "is always written" };
  },
];

/** `count` different mutants. */
export function randomMutants(netlist: Netlist, dice: Dice, count: number): NetlistMutant[] {
  const mutants = new Map<string, NetlistMutant>();
  const names = Object.keys(netlist.cells);
  const memories = names.filter((name) => netlist.cells[name].type === memoryCell);
  while (mutants.size < count) {
    // Memories are few and large: without a share of their own they would never be drawn.
    const name = memories.length > 0 && dice.chance(0.1) ? dice.pick(memories) : dice.pick(names);
    const mutant = dice.chance(0.2) ? inverted(netlist, name) : mistaken(netlist, name, dice);
    if (mutant !== undefined) mutants.set(mutant.mistake, mutant);
  }
  return [...mutants.values()];
}

/** Mutants that answer as recorded and are not proven to be equivalent; none is the wish. */
export async function survivors(
  netlist: Netlist,
  mutants: readonly NetlistMutant[],
  recording: Recording,
): Promise<string[]> {
  const names: string[] = [];
  for (const mutant of mutants) {
    const isCaught = replay(new NetlistSimulation(mutant.netlist, randomPowerUp(1)), recording) !== undefined;
    if (!isCaught && !(await isProvenEquivalent(netlist, mutant))) names.push(mutant.mistake);
  }
  return names;
}

/**
 * Whether the mutant's outputs and next state are the netlist's for every input and every state, by a SAT proof. (A
 * mutant that differs only in states that are never reached is not proven.)
 */
export async function isProvenEquivalent(netlist: Netlist, mutant: NetlistMutant): Promise<boolean> {
  const cut = (module: Netlist) => JSON.stringify({ modules: { dut: withoutState(module) } });
  const script = `
read_json good.json
rename dut good
read_json mutant.json
rename dut mutant
miter -equiv -flatten good mutant miter
hierarchy -top miter
sat -verify -prove trigger 0 miter
`;
  try {
    await runYosys(script, { "good.json": cut(netlist), "mutant.json": cut(mutant.netlist) });
    return true;
  } catch (error) {
    if (error instanceof RtlError && error.message.includes("proof did fail")) return false;
    throw error;
  }
}

function mistaken(netlist: Netlist, name: string, dice: Dice): NetlistMutant | undefined {
  const cell = netlist.cells[name];
  const mistakes = { [flipFlop]: flipFlopMistakes, [memoryCell]: memoryMistakes }[cell.type] ?? gateMistakes;
  const made = dice.pick(mistakes)(cell, dice, netlist);
  if (made === undefined || JSON.stringify(made.cell) === JSON.stringify(cell)) return undefined;
  const cells = { ...netlist.cells, [name]: made.cell };
  return { mistake: `${title(netlist, cell)} ${made.what}`, netlist: { ...netlist, cells } };
}

/** An inverter behind a gate or in front of a flip-flop. */
function inverted(netlist: Netlist, name: string): NetlistMutant | undefined {
  const cell = netlist.cells[name];
  if (cell.type === memoryCell) return undefined;
  const free = freeNet(netlist);
  const isState = cell.type === flipFlop;
  const [at] = isState ? cell.connections.D : cell.connections.Y;
  const changed = connected(cell, isState ? { D: [free] } : { Y: [free] });
  const inverter = {
    type: "$_NOT_",
    parameters: {},
    port_directions: { A: "input", Y: "output" },
    connections: isState ? { A: [at], Y: [free] } : { A: [free], Y: [at] },
  };
  const cells = { ...netlist.cells, [name]: changed, inverter };
  return { mistake: `${title(netlist, cell)} is inverted`, netlist: { ...netlist, cells } };
}

function connected(cell: NetlistCell, pins: Record<string, readonly NetBit[]>): NetlistCell {
  return { ...cell, connections: { ...cell.connections, ...pins } };
}

function inputPins({ connections }: NetlistCell): string[] {
  return Object.keys(connections).filter((pin) => pin !== "Y");
}

/** Nets that depend on no gate: taking an input from one of them makes no loop. */
function sources({ cells, ports }: Netlist): NetBit[] {
  const inputs = Object.values(ports).filter(({ direction }) => direction === "input");
  const flipFlops = Object.values(cells).filter(({ type }) => type === flipFlop);
  const clocks = new Set(flipFlops.map(({ connections }) => connections.C[0]));
  const nets = [...inputs.flatMap(({ bits }) => bits), ...flipFlops.map(({ connections }) => connections.Q[0])];
  return nets.filter((net) => typeof net === "number" && !clocks.has(net));
}

function freeNet({ cells, ports }: Netlist): number {
  const bits = [
    ...Object.values(ports).flatMap((port) => port.bits),
    ...Object.values(cells).flatMap(({ connections }) => Object.values(connections).flat()),
  ];
  return bits.reduce<number>((last, bit) => (typeof bit === "number" ? Math.max(last, bit) : last), 1) + 1;
}

/** Type of the cell and the name of what it drives, if it has one. */
function title(netlist: Netlist, { type, parameters, connections }: NetlistCell): string {
  if (type === memoryCell) return `memory ${parameters.MEMID}`;
  const [net] = connections.Y ?? connections.Q;
  for (const [name, { bits }] of Object.entries(netlist.netnames)) {
    const bit = bits.indexOf(net);
    if (bit >= 0 && !name.startsWith("$")) return `${type} ${name}[${bit}]`;
  }
  return `${type} at net ${net}`;
}

/** Registers and memories taken out: what they give becomes inputs, what they take becomes outputs. */
function withoutState(netlist: Netlist): Netlist {
  const ports = { ...netlist.ports };
  const cells = { ...netlist.cells };
  for (const [name, { type, connections }] of Object.entries(netlist.cells)) {
    if (type !== flipFlop && type !== memoryCell) continue;
    delete cells[name];
    for (const [pin, bits] of Object.entries(connections)) {
      const direction = pin === "Q" || pin === "RD_DATA" ? "input" : "output";
      ports[`${name}/${pin}`] = { direction, bits };
    }
  }
  return { ports, cells, netnames: {} };
}
