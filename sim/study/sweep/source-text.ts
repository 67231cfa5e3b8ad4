/** The source of a sweep as JSON, so that a result folder holds what its columns follow from. */
import { isAbsolute, relative, resolve } from "node:path";
import type { SweepSource } from "./sweep-source.ts";

/**
 * JSON of a source. Typed arrays are their bytes in base64, numbers that JSON does not know are their names, and paths are as
 * seen from the folder, so that it can be moved; no key of a sweep begins with $.
 *
 * @param folder that the text is going to be in.
 */
export function sourceText({ files, ...source }: SweepSource, folder: string): string {
  const seen = (path: string) => relative(resolve(folder), path);
  const isPath = (text: string) => isAbsolute(text) && (text === source.file || Object.hasOwn(files ?? {}, text));
  const all = { ...source, ...(files === undefined ? {} : { files: renamed(files, seen) }) };
  return JSON.stringify(all, (_, value: unknown) => {
    if (value instanceof Int32Array) return { $int32: base64(value) };
    if (value instanceof Float64Array) return { $float64: base64(value) };
    if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
    return typeof value === "string" && isPath(value) ? { $path: seen(value) } : value;
  });
}

/** Inverse of `sourceText`. @param folder that the text is in; older texts have absolute paths. */
export function sourceFromText(text: string, folder: string): SweepSource {
  const place = (path: string) => resolve(folder, path);
  const { files, ...source } = JSON.parse(text, (_, value: unknown) => {
    const [name, content] = onlyEntry(value) ?? [];
    if (typeof content !== "string") return value;
    if (name === "$int32") return new Int32Array(bytesOf(content));
    if (name === "$float64") return new Float64Array(bytesOf(content));
    if (name === "$path") return place(content);
    return name === "$number" ? Number(content) : value;
  }) as SweepSource;
  return { ...source, ...(files === undefined ? {} : { files: renamed(files, place) }) };
}

function renamed(files: Readonly<Record<string, string>>, name: (path: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, hash]) => [name(path), hash]));
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
