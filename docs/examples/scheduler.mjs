// scheduler.mjs: run what has waited longest relative to its size
export default {
  name: "relative-wait",
  pick(ready, now) {
    const wait = ready.map((r) => (now - r.lastRun) / r.estimatedIsolated);
    return wait.indexOf(Math.max(...wait));
  },
};
