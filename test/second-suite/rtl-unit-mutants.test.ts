/** Mistakes in the scheduling unit's netlist: every register and memory, and a hundred cells. */
import { allMemories, allRegisters, mistakesAreNoticed } from "../rtl/unit-mutants-suite.ts";

mistakesAreNoticed({ registers: allRegisters, memories: allMemories, cells: 100, unnoticed: 10, pieces: 20 });
