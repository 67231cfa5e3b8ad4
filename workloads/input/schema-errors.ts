/** What zod found wrong with a file, as one line: the key, the rule, the value, the nearest valid name. */
import { z } from "zod";
import { didYouMean } from "./errors.ts";

type Path = readonly PropertyKey[];
const mustBeOneOf = "must be one of";

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
  const within = issue.code === "invalid_union" && isSchema(value) ? mappingIssues(issue) : undefined;
  if (within !== undefined) return firstComplaint(schema, data, within);
  const names = issue.code === "invalid_value" && typeof value === "string" ? issue.values.map(String) : [];
  const isListed = issue.message.startsWith(mustBeOneOf);
  return `${where} ${issue.message}, is ${shown(value)}${isListed ? nearest(value, names) : didYouMean(String(value), names)}`;
}

/** Of alternatives that a mapping could be, the complaints of the one that takes mappings; undefined if none or several do. */
function mappingIssues({ path, errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const taken = errors.filter((own) => own.every((each) => each.path.length > 0 || each.code === "unrecognized_keys"));
  if (taken.length !== 1) return undefined;
  return taken[0].map((own) => ({ ...own, path: [...path, ...own.path] }));
}

function oneOf(where: string, names: readonly string[], value: unknown): string {
  return `${where} ${mustBeOneOf} ${names.join(", ")}, is ${shown(value)}${nearest(value, names)}`;
}

/** The nearest of names that the message has listed, if one is near. */
function nearest(value: unknown, names: readonly string[]): string {
  const suggestion = didYouMean(String(value), names);
  return suggestion.startsWith(" (known:") ? "" : suggestion;
}

function unknownKey(schema: z.ZodType, data: unknown, { keys, path }: z.core.$ZodIssueUnrecognizedKeys): string {
  const place = path.length === 0 ? "" : ` in ${pathText(path)}`;
  const known = keysAt(z.toJSONSchema(schema, { io: "input" }), data, path);
  return `unknown key "${keys[0]}"${place}${didYouMean(keys[0], known)}`;
}

/**
 * The keys a mapping at `path` may have: of every alternative that leads there, or of the one with the same kind. Below a
 * record, whose keys are the user's, the path goes on with the schema of its values.
 */
function keysAt(schema: JsonSchema, data: unknown, path: Path): string[] {
  const alternatives = (schema.oneOf ?? schema.anyOf ?? [schema]) as JsonSchema[];
  const kind = valueAt(data, ["kind"]);
  const same = alternatives.filter((one) => (propertyOf(one, "kind") as JsonSchema | undefined)?.const === kind);
  const here = kind === undefined || same.length === 0 ? alternatives : same;
  if (path.length === 0) return [...new Set(here.flatMap((one) => Object.keys(one.properties ?? {})))];
  const [step, ...rest] = path;
  return here.flatMap((one) => {
    const below = typeof step === "number" ? one.items : (propertyOf(one, String(step)) ?? one.additionalProperties);
    return isSchema(below) ? keysAt(below, valueAt(data, [step]), rest) : [];
  });
}

function propertyOf({ properties = {} }: JsonSchema, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at `path`; undefined where nothing of the user's is, whatever JavaScript's objects inherit. */
function valueAt(data: unknown, path: Path): unknown {
  return path.reduce(
    (value, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    data,
  );
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
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
