/** The monitor's netlist beside the TypeScript one, in all sizes. */
import { fullMonitorAgrees, otherMonitorsAgree, smallMonitorAgrees } from "../rtl/monitor-suite.ts";

smallMonitorAgrees({ cycles: 1_000_000, mutants: 150, mutantCycles: 6000 });
otherMonitorsAgree();
fullMonitorAgrees();
