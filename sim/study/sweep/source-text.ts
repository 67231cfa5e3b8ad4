/** The source of a sweep as JSON, so that a result folder holds what its columns follow from. */
import type { SweepSource } from "./sweep-source.ts";

/** JSON of a source. Typed arrays are their bytes in base64, numbers that JSON does not know are their names; no key of a sweep begins with $. */
export function sourceText(source: SweepSource): string {
  return JSON.stringify(source, (_, value: unknown) => {
    if (value instanceof Int32Array) return { $int32: base64(value) };
    if (value instanceof Float64Array) return { $float64: base64(value) };
    if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
    return value;
  });
}

/** Inverse of `sourceText`. */
export function sourceFromText(text: string): SweepSource {
  return JSON.parse(text, (_, value: unknown) => {
    const [name, content] = onlyEntry(value) ?? [];
    if (typeof content !== "string") return value;
    if (name === "$int32") return new Int32Array(bytesOf(content));
    if (name === "$float64") return new Float64Array(bytesOf(content));
    return name === "$number" ? Number(content) : value;
  }) as SweepSource;
}

function onlyEntry(value: unknown): [string, unknown] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}

function base64({ buffer, byteOffset, byteLength }: Int32Array | Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function bytesOf(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, "base64")).buffer;
}
