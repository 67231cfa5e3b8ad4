/** Gates as JavaScript, in functions small enough for V8 to optimise. */
import type { Gate } from "./netlist-order.ts";

export type GateCode = (nets: Int32Array) => void;

const statementsPerFunction = 400;

/** Functions that, called in turn, evaluate `gates`, which are in order. */
export function gateCode(gates: readonly Gate[]): GateCode[] {
  const functions: GateCode[] = [];
  for (let first = 0; first < gates.length; first += statementsPerFunction) {
    functions.push(chunk(gates.slice(first, first + statementsPerFunction)));
  }
  return functions;
}

/** Every net is read from the array once and written once; inside the function it is a constant. */
function chunk(gates: readonly Gate[]): GateCode {
  const known = new Set<number>();
  const lines: string[] = [];
  for (const { output, inputs, expression } of gates) {
    for (const net of Object.values(inputs)) {
      if (known.has(net)) continue;
      known.add(net);
      lines.push(`const n${net}=nets[${net}];`);
    }
    const names = Object.fromEntries(Object.entries(inputs).map(([pin, net]) => [pin, `n${net}`]));
    lines.push(`const n${output}=${expression(names)};nets[${output}]=n${output};`);
    known.add(output);
  }
  return new Function("nets", lines.join("\n")) as GateCode;
}
