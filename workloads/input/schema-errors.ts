/** What zod found wrong with a file, as one line: the key, the rule, the value, the nearest valid name. */
import { z } from "zod";
import { didYouMean } from "./errors.ts";

type Path = readonly PropertyKey[];
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The first complaint about `data`; an unknown key comes before all others, since it explains missing ones. */
export function firstComplaint(schema: z.ZodType, data: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue.code === "unrecognized_keys") return unknownKey(schema, data, issue);
  const where = pathText(issue.path);
  const value = valueAt(data, issue.path);
  if (value === undefined) return `${where} is missing`;
  if (issue.code === "invalid_union" && "options" in issue) {
    return oneOf(where, issue.options as string[], value);
  }
  const names = issue.code === "invalid_value" && typeof value === "string" ? issue.values.map(String) : [];
  return `${where} ${issue.message}, is ${shown(value)}${didYouMean(String(value), names)}`;
}

function oneOf(where: string, names: readonly string[], value: unknown): string {
  return `${where} must be one of ${names.join(", ")}, is ${shown(value)}${didYouMean(String(value), names)}`;
}

function unknownKey(schema: z.ZodType, data: unknown, { keys, path }: z.core.$ZodIssueUnrecognizedKeys): string {
  const place = path.length === 0 ? "" : ` in ${pathText(path)}`;
  const known = keysAt(z.toJSONSchema(schema, { io: "input" }), data, path);
  return `unknown key "${keys[0]}"${place}${didYouMean(keys[0], known)}`;
}

/** The keys a mapping at `path` may have; of alternatives, those of the one with the same kind. */
function keysAt(schema: JsonSchema, data: unknown, path: Path): string[] {
  const kind = (data as { kind?: unknown } | undefined)?.kind;
  const alternatives = (schema.oneOf ?? schema.anyOf ?? [schema]) as JsonSchema[];
  const here = alternatives.find((one) => (one.properties?.kind as JsonSchema | undefined)?.const === kind) ?? schema;
  if (path.length === 0) return Object.keys(here.properties ?? {});
  const [step, ...rest] = path;
  const below = typeof step === "number" ? here.items : here.properties?.[String(step)];
  return keysAt(below as JsonSchema, valueAt(data, [step]), rest);
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], data);
}

/** `models[1].weight` */
function pathText(path: Path): string {
  if (path.length === 0) return "the file";
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");
}

/** A value in a message: JSON, cut short; NaN and infinities as such. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
