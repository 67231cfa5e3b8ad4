/** The SystemVerilog twins under hw/rtl as designs to synthesise. */
import { readFileSync } from "node:fs";
import { packagePath } from "../../workloads/package-root.ts";
import type { Design } from "./yosys.ts";

/**
 * A design whose modules lie in these files of hw/rtl.
 *
 * @param files names with their ending, the modules of each in any order.
 */
export function rtlDesign(top: string, files: readonly string[], parameters: Readonly<Record<string, number>>): Design {
  const sources = Object.fromEntries(files.map((file) => [file, readFileSync(packagePath("hw", "rtl", file), "utf8")]));
  return { top, sources, parameters };
}
