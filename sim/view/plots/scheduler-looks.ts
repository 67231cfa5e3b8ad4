/**
 * How each scheduler looks in every figure: kin share a hue and differ in tone, mark and dashes; no two look alike.
 */
import { palette } from "./look.ts";

/** A hue in two tones, and who has it; the first of each is the one that the others are variants of. */
const families: readonly { readonly tones: readonly [string, string]; readonly members: readonly string[] }[] = [
  { tones: [palette.grey, palette.grey], members: ["fcfs"] },
  { tones: [palette.blue, palette.blueDeep], members: ["sjf", "sjf_sparse"] },
  {
    tones: [palette.orange, palette.orangeDeep],
    members: ["prema", "prema_sparse", "prema_once", "prema_recount"],
  },
  { tones: [palette.pink, palette.pinkDeep], members: ["planaria", "planaria_artifact"] },
  { tones: [palette.sky, palette.skyDeep], members: ["sdrm3", "sdrm3_sparse"] },
  { tones: [palette.green, palette.greenDeep], members: ["edf", "llf"] },
  {
    tones: [palette.vermilion, palette.vermilionDeep],
    members: ["dysta", "dysta_static", "dysta_naive", "dysta_pattern", "dysta_oracle"],
  },
  { tones: [palette.purple, palette.purpleDeep], members: ["swp", "swp_plus"] },
];

const shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];
const dashes = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 2, 2, 2],
  [10, 4],
  [4, 2, 1, 2],
];

interface Look {
  readonly colour: string;
  readonly shape: string;
  readonly dash: readonly number[];
}

/** One for each name, in their order; a user's own schedulers are black. */
function looksOf(names: readonly string[]): Look[] {
  const strangers = names.filter((name) => !families.some(({ members }) => members.includes(name)));
  return names.map((name) => {
    const own = families.find(({ members }) => members.includes(name));
    const { tones, members } = own ?? { tones: [palette.black, palette.black], members: strangers };
    const place = members.indexOf(name);
    return {
      colour: tones[place % tones.length],
      shape: shapes[place % shapes.length],
      dash: dashes[place % dashes.length],
    };
  });
}

interface NamedScale<Value> {
  domain: string[];
  range: Value[];
}

/** Names with their colours, as a scale of a plot. */
export function schedulerColours(names: readonly string[]): NamedScale<string> {
  return { domain: [...names], range: looksOf(names).map(({ colour }) => colour) };
}

export function schedulerShapes(names: readonly string[]): NamedScale<string> {
  return { domain: [...names], range: looksOf(names).map(({ shape }) => shape) };
}

export function schedulerDashes(names: readonly string[]): NamedScale<number[]> {
  return { domain: [...names], range: looksOf(names).map(({ dash }) => [...dash]) };
}
