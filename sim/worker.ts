/**
 * Entry point of a worker thread, and the only place that knows every task and who does it. A thread loads the code of a
 * task when it is first asked for it. Standard output belongs to the command: what a user's code prints goes to stderr.
 */
import { handler, type Registry, runMessage, type TaskMessage, type TaskOutcome } from "./threads/task.ts";

/** By the names of the tasks. */
const registry: Registry = {
  bounds: () => import("./study/run/run-bounds.ts").then((its) => handler(its.boundsTask, its.boundsJob)),
  "channel-counts": () =>
    import("./profile/channel-counts.ts").then((its) => handler(its.channelCountsTask, its.channelCounts)),
  "check-recording": () =>
    import("./study/conform/check-recording.ts").then((its) => handler(its.checkRecordingTask, its.checkRecordingJob)),
  "name-scheduler": () =>
    import("./study/run/name-scheduler.ts").then((its) => handler(its.nameSchedulerTask, its.nameScheduler)),
  "on-time": () => import("./study/capacity/on-time.ts").then((its) => handler(its.onTimeTask, its.onTimeJob)),
  "profile-layer": () =>
    import("./profile/profile-layer.ts").then((its) => handler(its.profileLayerTask, its.profileLayerOnEach)),
  "profile-waveform": () =>
    import("./trace/waveform/profile-waveform.ts").then((its) => handler(its.profileWaveformTask, its.profileWaveform)),
  simulate: () => import("./study/run/simulate-job.ts").then((its) => handler(its.simulateTask, its.simulateJob)),
  "sweep-points": () =>
    import("./study/sweep/sweep-points.ts").then((its) => handler(its.sweepPointsTask, its.sweepPoints)),
  synthesise: () =>
    import("./study/overhead/synthesis.ts").then((its) => handler(its.synthesiseTask, its.synthesiseJob)),
};

process.stdout.write = process.stderr.write.bind(process.stderr);

export default function runJob(message: TaskMessage): Promise<TaskOutcome<unknown>> {
  return runMessage(message, registry);
}
