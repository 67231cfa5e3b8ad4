/** The monitor's netlist beside the TypeScript one, in a short form: a small monitor, and few cycles. */
import { leanMonitorsAgree, smallMonitorAgrees } from "./monitor-suite.ts";

smallMonitorAgrees({ cycles: 64_000, mutants: 30, mutantCycles: 2000 });
leanMonitorsAgree(500);
