/** The RTL twins of described hardware: which files, which parameters. */
import { readFileSync } from "node:fs";
import { ConfigError } from "../../workloads/input/errors.ts";
import { packagePath } from "../../workloads/input/package-root.ts";
import type { Hardware } from "../array/description.ts";
import { peConfiguration } from "../array/pe-feed.ts";
import type { MonitorDescription } from "../monitor/monitor.ts";
import type { Design } from "./yosys.ts";

/**
 * A design whose modules lie in these files of hw/rtl.
 *
 * @param files names with their ending; packages before the modules that use them, modules in any order.
 */
export function rtlDesign(top: string, files: readonly string[], parameters: Readonly<Record<string, number>>): Design {
  const sources = Object.fromEntries(files.map((file) => [file, readFileSync(packagePath("hw", "rtl", file), "utf8")]));
  return { top, sources, parameters };
}

/** hw/rtl/monitor.sv as described; its port for waiting outputs has 16 bits, its counters of status 32. */
export function monitorDesign(monitor: MonitorDescription): Design {
  return rtlDesign("monitor", ["monitor.sv"], {
    LANES: monitor.lanes,
    WORD_BITS: monitor.wordBits,
    COUNTER_BITS: monitor.counterBits,
    BUFFER_WORDS: monitor.bufferOutputs,
    GROUPS: monitor.channelGroups,
    OFFERED_BITS: 16,
    STATUS_BITS: 32,
    ZEROS_PROMISED: monitor.zerosPromised === true ? 1 : 0,
  });
}

/** Encodings that several modules use. */
export const packageFile = "dysta_pkg.sv";

export const peFiles = [packageFile, "pe.sv"] as const;

/**
 * hw/rtl/pe.sv as one PE of the array.
 *
 * @throws ConfigError for a PE that the RTL cannot be: unlimited sizes or rates, or another number of weights loaded per
 * cycle than MACs.
 */
export function peDesign(hardware: Hardware): Design {
  const { name, macsPerPe, mechanisms } = hardware;
  if (mechanisms.weightsLoadedPerCycle !== macsPerPe) {
    throw new ConfigError(
      `hardware "${name}": the RTL of the PE loads macsPerPe (${macsPerPe}) weights per cycle, not ${mechanisms.weightsLoadedPerCycle}`,
    );
  }
  const pe = peConfiguration(hardware);
  const parameters = {
    MACS_PER_PE: pe.macsPerPe,
    ACTIVATION_ENTRIES: pe.activationEntries,
    WEIGHT_WORDS: pe.weightWords,
    COLUMNS: pe.columns,
    PSUM_ENTRIES: pe.psumEntries,
    ACTIVATION_BITS: pe.activationBits,
    WEIGHT_BITS: pe.weightBits,
    RUN_BITS: pe.runBits,
    PSUM_BITS: pe.psumBits,
    WINDOW_BITS: pe.windowBits,
    FILL_CYCLES: pe.pipelineFillCycles,
    DRAINED_PER_CYCLE: pe.psumsDrainedPerCycle,
  };
  for (const [parameter, value] of Object.entries(parameters)) {
    if (value === Infinity) throw new ConfigError(`hardware "${name}": the RTL of the PE needs a finite ${parameter}`);
  }
  return rtlDesign("pe", peFiles, parameters);
}
