/**
 * Yosys, as the WebAssembly package `@yowasp/yosys`: a script over source texts in, output files and a log out. The
 * package is optional and is loaded at the first run.
 */
import { ConfigError } from "../../workloads/input/errors.ts";

/** A design to synthesise: SystemVerilog texts by file name, the top module and the parameters it is given. */
export interface Design {
  readonly top: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, number>>;
}

/** The RTL, or the script, has a mistake. The message is Yosys's own error; `log` is all that it said. */
export class RtlError extends Error {
  override readonly name = "RtlError";
  readonly log: string;

  constructor(message: string, log: string) {
    super(message);
    this.log = log;
  }
}

interface YosysResult {
  /** Text of the files that the script has written, and of those it was given, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly log: string;
}

/** What is used of the package: its own types would make it necessary for a build. */
interface YosysPackage {
  readonly version: string;
  runYosys(
    arguments_: readonly string[],
    files: Readonly<Record<string, string>>,
    options: { readonly stdout: (bytes: Uint8Array | null) => void; readonly stderr: YosysOutput },
  ): Promise<Record<string, unknown>>;
}
type YosysOutput = (bytes: Uint8Array | null) => void;

const scriptFile = "run.ys";

/**
 * Runs a script on source texts.
 *
 * @param files text by file name; the script reads them under these names.
 * @throws ConfigError if the package is not installed, RtlError if Yosys reports an error.
 */
export async function runYosys(script: string, files: Readonly<Record<string, string>>): Promise<YosysResult> {
  const yosys = await loadYosys();
  const decoder = new TextDecoder();
  let log = "";
  const keep: YosysOutput = (bytes) => {
    if (bytes !== null) log += decoder.decode(bytes, { stream: true });
  };
  try {
    const tree = await yosys.runYosys(
      ["-Q", "-T", scriptFile],
      { ...files, [scriptFile]: script },
      { stdout: keep, stderr: keep },
    );
    return { files: textFiles(tree), log };
  } catch (error) {
    // The text of an error comes after the promise is rejected.
    await new Promise((resolve) => setTimeout(resolve, 10));
    throw new RtlError(errorLine(log) ?? String(error), log);
  }
}

/** @throws ConfigError if the package is not installed. */
export async function yosysVersion(): Promise<string> {
  return (await loadYosys()).version;
}

/** Commands that read a design and elaborate its top module; what follows works on the flattened design. */
export function elaborate({ top, sources, parameters }: Design): string {
  const settings = Object.entries(parameters).map(([name, value]) => `-chparam ${name} ${value}`);
  return [
    `read_verilog -sv ${Object.keys(sources).join(" ")}`,
    `hierarchy -check -top ${top} ${settings.join(" ")}`,
    "proc",
    "flatten -noscopeinfo",
  ].join("\n");
}

async function loadYosys(): Promise<YosysPackage> {
  try {
    return (await import("@yowasp/yosys" as string)) as YosysPackage;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ConfigError("Yosys is not installed: npm install @yowasp/yosys");
  }
}

function textFiles(tree: Record<string, unknown>): Record<string, string> {
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
  return Object.fromEntries(Object.entries(tree).filter(isText));
}

function errorLine(log: string): string | undefined {
  return log.split("\n").find((line) => line.includes("ERROR:"));
}
