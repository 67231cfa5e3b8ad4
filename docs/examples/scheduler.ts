// scheduler.ts: least slack first, but what has begun is not put aside for less than `gain` seconds
import type { RequestView, Scheduler } from "dysta-sim/scheduler";

const slackOf = (request: RequestView, now: number) => request.deadline - now - request.estimatedRemaining;

const patient: Scheduler = {
  name: "patient",
  parameters: { gain: 0.001 },
  pick(ready, now, { gain }) {
    const slack = ready.map((request) => slackOf(request, now) - (request.layersDone > 0 ? Number(gain) : 0));
    return slack.indexOf(Math.min(...slack));
  },
};

export default patient;
