/** Are the encodings of hw/rtl/dysta_pkg.sv those of the TypeScript models? */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PePhase } from "../../hw/array/pe-port.ts";
import { states } from "../../hw/scheduling-unit/stepped.ts";
import { commands } from "../../hw/scheduling-unit/words.ts";
import { packagePath } from "../../workloads/input/package-root.ts";

const text = readFileSync(packagePath("hw", "rtl", "dysta_pkg.sv"), "utf8");

/** Numbers of an enum by the lower-case names of its members, without their common prefix. */
function membersOf(name: string, prefix: string): Record<string, number> {
  const body = new RegExp(`typedef enum logic \\[\\d+:0\\] \\{([^}]*)\\} ${name};`).exec(text)?.[1];
  if (body === undefined) throw new Error(`no enum ${name}`);
  const members = [...body.matchAll(/(\w+) = \d+'d(\d+)/g)];
  return Object.fromEntries(
    members.map(([, member, value]) => {
      expect(member.startsWith(prefix), `${member} of ${name}`).toBe(true);
      return [member.slice(prefix.length).toLowerCase(), Number(value)];
    }),
  );
}

describe("hw/rtl/dysta_pkg.sv", () => {
  it("numbers the commands as the request port's words do", () => {
    expect(membersOf("command_e", "Command")).toEqual(commands);
  });

  it("numbers the states in the order of the stepped unit", () => {
    expect(membersOf("state_e", "State")).toEqual(Object.fromEntries(states.map((state, number) => [state, number])));
  });

  it("numbers the phases as the port model of the PE does", () => {
    expect(membersOf("phase_e", "Phase")).toEqual(PePhase);
  });
});
