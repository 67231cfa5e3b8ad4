// Appends results of all points that have none to the store at PATH in batches, last points first; then exports them.
// Says what it begins. Checkpoints are frequent, so that a kill can hit one.
import { setTimeout as wait } from "node:timers/promises";
import { exportResults } from "../../../../dist/sim/study/sweep/export.js";
import { resultFigures } from "../../../../dist/sim/study/sweep/result-tables.js";
import { wholeSweep } from "../../../../dist/sim/study/sweep/shard.js";
import { openStore } from "../../../../dist/sim/study/sweep/store.js";
import { sweepOf } from "../../../../dist/sim/study/sweep/sweep-file.js";

const batch = 40;
const [path] = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);

const scenario = {
  ...{ table: "builtin:eyerissv2", requests: 10, schedulers: ["fcfs", "dysta"], seeds: 3 },
  arrivals: { kind: "poisson", rate: 3 },
};
const axes = { slo: { from: 1, to: 400, step: 1 } };
const sweep = await sweepOf({ scenario, axes, columns: { twice: "antt * 2" } }, { file: "a.yaml", folder: "/nowhere" });

const figure = (point, k) => ((point + k) % 5 === 0 ? null : Math.sin(point * 31 + k) * 10 ** (k - 9));
const outcomeOf = (point) =>
  point % 97 === 0
    ? { point, error: `no. ${point}` }
    : { point, figures: Object.fromEntries(resultFigures.map((name, k) => [name, figure(point, k)])) };
const layer = {
  ...{ hardware: "h", model: "m", pattern: "dense", layer: 0, name: "conv", cycles: 1, utilisation: 1 },
  ...{ effectualMacs: 1, inputDensity: 1, outputDensity: null, dramBytes: null, energyPj: null },
};

say("open");
const store = await openStore(path, sweep, { shard: wholeSweep, program: { version: "1.0.0", code: "abc" } });
await store.database.run("SET checkpoint_threshold = '128KB'");
const open = [...store.states.keys()].filter((point) => store.states[point] === 0).reverse();
for (let from = 0; from < open.length; from += batch) {
  say("append");
  const points = open.slice(from, from + batch);
  await store.addLayers([{ ...layer, profile: `of ${Math.floor(points[0] / 500)}` }]);
  await store.append(points.map(outcomeOf));
  say(`kept ${store.counts.done + store.counts.failed}`);
  await wait(2);
}
say("export");
await exportResults(store);
store.close();
say("done");
