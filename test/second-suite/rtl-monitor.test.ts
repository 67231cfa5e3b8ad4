/** The monitor's netlist beside the TypeScript one, in all sizes. */
import { fullMonitorAgrees, leanMonitorsAgree, otherMonitorsAgree, smallMonitorAgrees } from "../rtl/monitor-suite.ts";

smallMonitorAgrees({ cycles: 1_000_000, mutants: 150, mutantCycles: 6000 });
otherMonitorsAgree();
leanMonitorsAgree(3000);
fullMonitorAgrees();
