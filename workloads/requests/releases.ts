/** The requests that the end of others releases. */
import { randomStream } from "../random/random.ts";
import { type DrawContext, type Drawn, drawerOf, streamsOf } from "./draws.ts";
import { type Cascade, inTicks } from "./request-spec.ts";
import { emptyRequestTable, type RequestTable } from "./requests.ts";

interface Released extends Drawn {
  /** Number of the request whose end releases it, and of the one that arrived by itself at the chain's beginning. */
  readonly parent: number;
  readonly first: number;
  readonly cascade: Cascade;
}

/**
 * The table with the requests that others release behind those that arrive by themselves. Every request of a parent draws
 * for every network that it could release, and for those that these could, whether they come about or not: a probability
 * changes who comes, and nothing of how.
 *
 * @param slack deadline − release of each profile, for those whose deadline is not their chain's.
 */
export function withReleased(context: DrawContext, arriving: RequestTable, slack: readonly number[]): RequestTable {
  const all = drawnReleases(context, arriving);
  const { spec } = context;
  const count = arriving.count + all.length;
  const table = emptyRequestTable(count);
  for (const name of ["arrival", "deadline", "profile", "sample", "priority"] as const) table[name].set(arriving[name]);
  const parent = new Int32Array(count).fill(-1);
  const [delay, allowance] = [new Float64Array(count), new Float64Array(count)];
  for (const [k, drawn] of all.entries()) {
    const request = arriving.count + k;
    table.arrival[request] = Number.NaN;
    table.deadline[request] = spec.mix[drawn.profile].deadline === "chain" ? table.deadline[drawn.first] : Number.NaN;
    table.profile[request] = drawn.profile;
    table.sample[request] = drawn.sample;
    table.priority[request] = drawn.priority;
    parent[request] = drawn.parent;
    delay[request] = inTicks(drawn.cascade.delay, spec);
    allowance[request] = slack[drawn.profile];
  }
  return { ...table, released: { arriving: arriving.count, parent, delay, allowance } };
}

function drawnReleases(context: DrawContext, { count, profile: profiles }: RequestTable): Released[] {
  const { spec, seed } = context;
  const cascades = (spec.cascades ?? []).map((cascade) => {
    const { name, members } = cascade;
    const draw = drawerOf(context, members, streamsOf(seed, spec.semantics, name));
    return { cascade, chances: randomStream(seed, `cascades of ${name}`), draw };
  });
  const all: Released[] = [];
  /** @param parent −1 for one that does not come about. */
  const expand = (profile: number, parent: number, first: number): void => {
    for (const { cascade, chances, draw } of cascades) {
      if (!cascade.parents.includes(profile)) continue;
      const comes = chances.random() < cascade.probability && parent >= 0;
      const own = draw(cascade.members);
      if (comes) all.push({ ...own, parent, first, cascade });
      expand(own.profile, comes ? count + all.length - 1 : -1, first);
    }
  };
  for (const [request, profile] of profiles.entries()) expand(profile, request, request);
  return all;
}
