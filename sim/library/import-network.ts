import type { ImportDocument } from "../../workloads/import/import-document.ts";
import {
  type ImportOptions as FileOptions,
  importNetwork as importFile,
} from "../../workloads/import/import-network.ts";

/** What a file is made into. Left out: no operator with MACs may be unknown, sizes are those of the file, inputs as they are. */
export interface ImportOptions extends Partial<Omit<FileOptions, "out" | "shapes">> {
  /** Folder that is made; it must not be there. */
  readonly out: string;
  /** Sizes that the file leaves open, by name of a dimension (one number) or of an input. */
  readonly shapes?: Readonly<Record<string, readonly number[]>> | undefined;
}

/**
 * Turns an ONNX file or a SCALE-Sim topology into a network folder that every entry point takes as a model: what
 * `dysta import --json` prints, but for the layers that an array cannot map.
 *
 * @throws DystaError, one line: the thing, the rule, the value; nothing is left half written
 */
export function importNetwork(file: string, { shapes = {}, ...options }: ImportOptions): Promise<ImportDocument> {
  return importFile(file, {
    maxUnsupported: 0,
    normalisation: { mean: [0], std: [1] },
    ...options,
    shapes: new Map(Object.entries(shapes)),
  });
}
