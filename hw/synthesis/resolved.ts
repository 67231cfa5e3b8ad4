/** A design as text that needs no parameters from outside: its top module's defaults are the values it is given. */
import type { Design } from "./yosys.ts";

/**
 * The sources of a design, with the values of its parameters as the defaults of the top module.
 *
 * @throws Error for a parameter that the top module does not have.
 */
export function resolvedSources({ top, sources, parameters }: Design): Record<string, string> {
  const file = `${top}.sv`;
  const text = Object.entries(parameters).reduce(
    (resolved, [name, value]) => withDefault(resolved, name, value, parameters),
    sources[file],
  );
  return { ...sources, [file]: text };
}

function withDefault(
  text: string,
  name: string,
  value: number,
  { EXPONENT_BITS, FRACTION_BITS }: Design["parameters"],
): string {
  const declaration = new RegExp(`(parameter (int|bit|logic \\[[^\\]]*\\]) ${name} = )([^,\\n]+)`);
  const type = declaration.exec(text)?.[2];
  if (type === undefined) throw new Error(`the top module has no parameter ${name}`);
  // A vector is a pattern of the number format.
  const width = type === "bit" ? 1 : 1 + EXPONENT_BITS + FRACTION_BITS;
  const literal = type === "int" ? String(value) : `${width}'h${value.toString(16)}`;
  return text.replace(declaration, `$1${literal}`);
}
