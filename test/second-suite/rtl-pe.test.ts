/** The PE's netlist beside the TypeScript one, in three sizes. */
import { eyerissPe, oneMacPe, smallPe } from "../rtl/pe-block.ts";
import { peAgrees, peMutantsAreCaught } from "../rtl/pe-suite.ts";

peAgrees([
  ["small", smallPe, 500_000, 500],
  ["of one MAC, without fill and bubble", oneMacPe, 250_000, 500],
  ["of Eyeriss v2's sizes", eyerissPe, 500_000, 500],
]);
peMutantsAreCaught(150, 6000);
