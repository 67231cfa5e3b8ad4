/** Do expressions compute what they say, reach nothing but their columns, and tell where they are wrong? */
import fc from "fast-check";
import { evaluate } from "mathjs";
import { describe, expect, it, test } from "vitest";
import { evaluatorOf, parseExpression } from "../../../../sim/study/sweep/expression.ts";
import type { ValueType } from "../../../../sim/study/sweep/operations.ts";
import type { AxisValue } from "../../../../sim/study/sweep/sweep.ts";

const columns: ReadonlyMap<string, ValueType> = new Map([
  ["pes", "number"],
  ["cycles", "number"],
  ["arrivals.rate", "number"],
  ["hardware.grid.peRows", "number"],
  ["models.sparse-mobilenet-0.5.rate", "number"],
  ["models.*.pattern", "text"],
  ["scheduler", "text"],
  ["dysta.clampSlack", "boolean"],
]);

const values: Readonly<Record<string, AxisValue>> = {
  pes: 192,
  cycles: 1000,
  "arrivals.rate": 3,
  "hardware.grid.peRows": 4,
  "models.sparse-mobilenet-0.5.rate": 0.8,
  "models.*.pattern": "block4",
  scheduler: "dysta",
  "dysta.clampSlack": false,
};

async function computed(text: string): Promise<AxisValue> {
  const expression = await parseExpression(text, "here", { columns });
  return evaluatorOf(expression)(expression.columns.map((column) => values[column]));
}

async function complaint(text: string): Promise<string> {
  const error = await parseExpression(text, "here", { columns }).catch((caught: Error) => caught);
  expect(error).toMatchObject({ name: "ConfigError" });
  const { message } = error as Error;
  expect(message).not.toContain("\n");
  const start = `here ${JSON.stringify(text)}, `;
  expect(message.slice(0, start.length)).toBe(start);
  return message.slice(start.length);
}

test.each([
  ["pes * 2 + 1", 385],
  ["2 pes", 384],
  ["-pes ^ 2", -(192 ** 2)],
  ["7 % 4 - mod(-7, 4)", 2],
  ["pes / arrivals.rate", 64],
  ["arrivals['rate'] * peRows", 12],
  ["peRows", 4],
  ["clampSlack", false],
  ["models['sparse-mobilenet-0.5'].rate * 10", 8],
  ["models['*'].pattern == 'block4'", true],
  ["pattern != 'block4'", false],
  ['scheduler == "dysta" and pes <= 1024', true],
  ["not (pes > 1024) xor dysta.clampSlack", true],
  ["1 < peRows <= 4 < pes", true],
  ["4 < peRows < pes", false],
  ["pes > 100 ? cycles : 0", 1000],
  ["min(pes, cycles, 5) + max(1)", 6],
  ["round(2.5) + round(-2.5) + floor(2.7) + ceil(2.1)", 5],
  ["sqrt(16) + log2(8) + log10(1000) + log(e) + exp(0) + abs(-1)", 13],
  ["cos0 == 1 or true", undefined],
  ["2 * pi", 2 * Math.PI],
])("%s is %s", async (text, value) => {
  if (value === undefined) await expect(computed(text)).rejects.toThrow(/unknown name "cos0"/);
  else expect(await computed(text)).toBe(value);
});

test("arithmetic is that of mathjs", async () => {
  const leaf = fc.oneof(fc.integer({ min: 1, max: 20 }).map(String), fc.constantFrom("pes", "cycles", "peRows"));
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(tie("text"), fc.constantFrom("+", "-", "*", "/", "%", "<", "<=", ">", "==", "!="), tie("text"))
        .map(([a, sign, b]) => (/[<>=]/.test(sign) ? `(${a} ${sign} ${b} ? ${a} : ${b})` : `(${a} ${sign} ${b})`)),
      fc.tuple(fc.constantFrom("abs", "floor", "sqrt", "-"), tie("text")).map(([fn, a]) => `${fn}(abs(${a}))`),
      fc.tuple(fc.constantFrom("min", "max"), tie("text"), tie("text")).map(([fn, a, b]) => `${fn}(${a}, ${b})`),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(
      text.filter(({ length }) => length <= 1000),
      async (expression) => {
        const theirs = evaluate(expression, { pes: 192, cycles: 1000, peRows: 4 });
        const ours = (await computed(expression)) as number;
        // mathjs compares with a tolerance of 1e-12; such near ties are not what this is about.
        if (Number.isFinite(theirs)) expect(ours).toBeCloseTo(theirs, 6);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

describe("what is wrong, and where", () => {
  it.each([
    ["pes <== 4", "column 7: Value expected"],
    ["pes <", "column 6: Unexpected end of expression"],
    ["(pes + 1", "column 9: Parenthesis ) expected"],
    ["3 * pse", 'column 5: unknown name "pse" (did you mean "pes"?)'],
    ["pes + arrivals.rat", 'column 7: unknown name "arrivals.rat" (did you mean "arrivals.rate"?)'],
    ["2 + rate", 'column 5: "rate" may be any of arrivals.rate, models.sparse-mobilenet-0.5.rate: write more of it'],
    ["pes and true", "column 5: and needs a boolean where it has a number"],
    ["pes + (scheduler)", "column 5: + needs a number where it has a text"],
    ["scheduler == 4", "column 11: == needs a text where it has a number"],
    ["pes > 4 ? 1 : true", "column 13: : needs a number where it has a boolean"],
    ["1 + sqrt(4, 5)", "column 5: sqrt takes 1 value"],
    ["max()", "column 1: max takes 1 or more values"],
    ["pes = 4", "column 5: cannot assign (== compares)"],
    ["", "column 1: is empty"],
    ["# pes", "column 1: is empty"],
  ])("%s", async (text, message) => {
    expect(await complaint(text)).toBe(message);
  });

  it.each([
    ["import('fs')", 'no function "import"'],
    ["1 + process.exit(1)", 'no function "process.exit"'],
    ["evaluate('1')", 'no function "evaluate"'],
    ["parse('1')", 'no function "parse"'],
    ["createUnit('x')", 'no function "createUnit"'],
    ["constructor.constructor('return process')()", "column 43: Value expected"],
    ["pes.constructor('return 1')", 'no function "pes.constructor"'],
    ["cycles.toString()", 'no function "cycles.toString"'],
    ["random()", 'no function "random"'],
    ["unit('3 cm')", 'no function "unit"'],
    ["toString()", 'no function "toString"'],
    ["hasOwnProperty('x')", 'no function "hasOwnProperty"'],
    ["(max)(1, 2)", "column 8: Parenthesis ) expected"],
    ["process", 'unknown name "process"'],
    ["globalThis.process", 'unknown name "globalThis.process"'],
    ["__proto__", 'unknown name "__proto__"'],
    ["pes.__proto__", 'unknown name "pes.__proto__"'],
    ["pes['constructor']", 'unknown name "pes.constructor"'],
    ["constructor", 'unknown name "constructor"'],
    ["pes[1]", "has a part that is no column"],
    ["pes?.constructor", "has a part that is no column"],
    ["{ a: 1 }.a", "has a part that is no column"],
    ["[1, 2][1]", "has a part that is no column"],
    ["f(x) = x", "cannot define a function"],
    ["pes.x = 1", "cannot assign"],
    ["{ a: pes }", "cannot have an object"],
    ["[pes]", "cannot have a list"],
    ["1:pes", "cannot have a range"],
    ["pes; cycles", "must be one expression"],
    ["pes\ncycles", "must be one expression"],
    ["5!", "cannot have the operator !"],
    ["pes'", "cannot have the operator '"],
    ["pes & 1", "cannot have the operator &"],
    ["pes to cycles", "cannot have the operator to"],
    ["pes .* 2", "cannot have the operator .*"],
    ["3i", 'unknown name "i"'],
    ["null", "cannot have null"],
    ["NaN", "cannot have NaN"],
    [`${"(".repeat(400)}1${")".repeat(400)}+`, ""],
  ])("%s reaches nothing", async (text, what) => {
    expect(await complaint(text)).toMatch(new RegExp(what.replaceAll(/[.*+?^${}()[\]\\]/g, "\\$&")));
  });

  it("is short", async () => {
    await expect(parseExpression("1+".repeat(501), "here", { columns })).rejects.toMatchObject({
      name: "ConfigError",
      message: "here must have at most 1000 characters, has 1002",
    });
  });

  it("never throws anything but a mistake of the user's", async () => {
    const piece = fc.constantFrom(
      ..."pes cycles ( ) [ ] { } . , ; : = == ? + - * / ' \" 1 2.5 max import and ! @ # $ ` \\".split(" "),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const outcome = await parseExpression(pieces.join(" "), "here", { columns }).catch((error: Error) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: "ConfigError" });
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
