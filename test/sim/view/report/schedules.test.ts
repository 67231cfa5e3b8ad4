/** Does the page's script read the schedules that the report packs, and draw what is in the window? */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRunFolder } from "../../../../sim/study/run/run-data.ts";
import { ganttSvg, overviewTime, type View } from "../../../../sim/view/html/page/gantt.ts";
import { lateBeyond, livesWithin, longestQueueAt, unpackedSchedule } from "../../../../sim/view/html/page/schedule.ts";
import { unpacked } from "../../../../sim/view/html/page/unpack.ts";
import { placeLabels } from "../../../../sim/view/plots/labels.ts";
import { packed } from "../../../../sim/view/report/run/packing.ts";
import { embeddedSchedules } from "../../../../sim/view/report/run/schedules.ts";
import { rowsOf, smallResult } from "./folders.ts";

const folder = await smallResult();
const data = readRunFolder(folder);
const embedded = embeddedSchedules(data);
if (embedded === undefined) throw new Error("no schedules");
const { page, leftOut } = embedded;

describe("packed numbers", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger().map((n) => Math.trunc(n / 4))), (values) => {
        expect(unpacked(packed(values))).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it("are short: a byte for −64 … 63", () => {
    expect(Buffer.from(packed([-64, 63, 64]), "base64")).toHaveLength(4);
  });
});

describe("every schedule on the page", () => {
  it("is there", () => {
    expect(leftOut).toEqual([]);
    expect(page.runs.map(({ scheduler, seed }) => `${scheduler} ${seed}`).sort()).toEqual(
      ["fcfs", "sjf", "dysta"].flatMap((name) => [`${name} 1`, `${name} 2`]).sort(),
    );
    expect(page.runs[page.first.run].scheduler).toBe("dysta");
  });

  it("has the turns of dispatch.csv, the finishes of results.csv and the requests of requests.csv, to the tick", () => {
    const ticks = (time: string | number) => (Number(time) * data.msPerTick) / page.tickMs;
    for (const run of page.runs) {
      const isOwn = ({ scheduler, seed }: Record<string, string>) =>
        scheduler === run.scheduler && Number(seed) === run.seed;
      const requests = rowsOf(folder, "requests.csv").filter(({ seed }) => Number(seed) === run.seed);
      const origin = Number(requests[0].arrival);
      const schedule = unpackedSchedule(
        page.seeds.find(({ seed }) => seed === run.seed) as (typeof page.seeds)[0],
        run,
      );
      const turns = requests.map((): number[][] => []);
      for (const { request, start, end } of rowsOf(folder, "dispatch.csv").filter(isOwn)) {
        turns[Number(request)].push([start, end].map((time) => Math.round(ticks(Number(time) - origin))));
      }
      const results = rowsOf(folder, "results.csv").filter(isOwn);
      for (const { request, network, arrival, deadline, finish, turns: own } of schedule.lives) {
        const { model, pattern, arrival: at, deadline: by } = requests[request];
        expect(page.networks[network]).toBe(`${model}/${pattern}`);
        expect(own.map(({ from, to }) => [from, to])).toEqual(turns[request]);
        expect([arrival, deadline]).toEqual([at, by].map((time) => Math.round(ticks(Number(time) - origin))));
        expect(finish).toBe(Math.round(ticks(Number(results[request].finish) - origin)));
      }
    }
  });
});

describe("schedules that do not fit", () => {
  const sizes = page.runs.map(({ turns }) => turns.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);

  it("are left out by name, the later seeds first", () => {
    const some = embeddedSchedules(data, total - 1);
    expect(some?.leftOut).toEqual(["dysta, seed 2"]);
    expect(some?.page.runs).toEqual(page.runs.slice(0, -1));
    const first = embeddedSchedules(data, sizes[0] + sizes[1] + sizes[2]);
    expect(first?.leftOut).toEqual(["fcfs, seed 2", "sjf, seed 2", "dysta, seed 2"]);
    expect(first?.page.seeds.map(({ seed }) => seed)).toEqual([1]);
    expect(embeddedSchedules(data, 1)).toBeUndefined();
  });
});

describe("the view of a window", () => {
  const schedule = unpackedSchedule(page.seeds[0], page.runs[page.first.run]);
  const view = (from: number, to: number): View => ({ ...page, from, to, width: 800 });

  it("has a row for each request in the system then", () => {
    const { arrival, finish } = schedule.lives[7];
    const lives = livesWithin(schedule, arrival, finish);
    expect(lives.map(({ request }) => request)).toContain(7);
    for (const life of schedule.lives) {
      expect(lives.includes(life)).toBe(life.arrival < finish && life.finish > arrival);
    }
    const svg = ganttSvg(lives, view(arrival, finish));
    expect(svg.match(/data-says=/g)).toHaveLength(lives.length);
    expect(svg).toContain(`request 7, ${page.networks[schedule.lives[7].network]}: arrives at`);
  });

  it("draws a turn where it is in time", () => {
    const [life] = schedule.lives;
    const [{ from, to }] = life.turns;
    const svg = ganttSvg([life], view(from - (to - from), to + (to - from)));
    const [, x, width] = /<g fill="[^"]*"><rect x="([\d.]+)"[^>]* width="([\d.]+)"/.exec(svg) as RegExpExecArray;
    // Beside the row stand its number and its network.
    expect(svg).toContain(`>0 ${page.networks[life.network]}</text>`);
    expect(Number(width)).toBeCloseTo((800 - 170 - 12) / 3, 0);
    expect(Number(x)).toBeCloseTo(170 + (800 - 170 - 12) / 3, 0);
  });

  it("draws every request of a whole run, each in a row of its own", () => {
    const [life] = schedule.lives;
    const many = Array.from({ length: 1000 }, (_, request) => ({ ...life, request }));
    const svg = ganttSvg(many, view(0, schedule.end));
    expect(svg.match(/data-says=/g)).toHaveLength(1000);
    const tops = [...svg.matchAll(/data-says="[^"]*"><rect x="44" y="([\d.]+)"/g)].map(([, top]) => Number(top));
    expect(new Set(tops).size).toBe(1000);
    expect(Math.max(...tops)).toBeLessThan(640);
  });

  it("leads from each late request to the next, and back", () => {
    const isLate = (request: number) => request % 3 === 1;
    const lives = schedule.lives.map((life) => ({ ...life, deadline: life.finish - (isLate(life.request) ? 1 : 0) }));
    const late = lives.filter(({ request }) => isLate(request));
    const ends = [...new Set(late.map(({ finish }) => finish))].sort((a, b) => a - b);
    expect(ends.length).toBeGreaterThan(2);
    const walk = (from: number, isBackwards: boolean): number[] => {
      const next = lateBeyond({ ...schedule, lives }, from, isBackwards);
      return next === undefined ? [] : [next.finish, ...walk(next.finish, isBackwards)];
    };
    expect(walk(-1, false)).toEqual(ends);
    expect(walk(schedule.end + 1, true)).toEqual(ends.toReversed());
  });

  it("begins where the queue is longest", () => {
    const inSystem = (at: number) => schedule.lives.filter((life) => life.arrival <= at && life.finish > at).length;
    const most = Math.max(...schedule.lives.map(({ arrival }) => inSystem(arrival)));
    expect(inSystem(longestQueueAt(schedule))).toBe(most);
  });

  it("is moved by a click to the time under it", () => {
    expect(overviewTime(44, schedule, 800)).toBe(0);
    expect(overviewTime(788, schedule, 800)).toBe(schedule.end);
  });
});

describe("names beside points", () => {
  it("hide no point and no other name, where there is room", () => {
    const points = fc.array(
      fc.record({
        x: fc.integer({ min: 150, max: 450 }),
        y: fc.integer({ min: 100, max: 280 }),
        text: fc.constantFrom("fcfs", "dysta_oracle"),
        colour: fc.constant("#000000"),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(points, (some) => {
        const boxes = placeLabels(some, 600, 380).map(({ labelX, labelY, text }) => ({
          labelX,
          labelY,
          width: text.length * 7,
        }));
        for (const [k, a] of boxes.entries()) {
          expect(a.labelX).toBeGreaterThanOrEqual(0);
          for (const b of boxes.slice(k + 1)) {
            const apart =
              a.labelX + a.width <= b.labelX || b.labelX + b.width <= a.labelX || Math.abs(a.labelY - b.labelY) >= 13.9;
            expect(apart).toBe(true);
          }
          for (const { x, y } of some) {
            const hidden = x > a.labelX && x < a.labelX + a.width && Math.abs(y - a.labelY) < 7;
            expect(hidden).toBe(false);
          }
        }
      }),
    );
  });
});
