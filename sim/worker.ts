/**
 * Entry point of a worker thread, and the only place that knows every task and who does it. Standard output belongs to
 * the command: what a user's code prints goes to stderr.
 */
import { channelCounts, channelCountsTask } from "./profile/channel-counts.ts";
import { profileLayerOnEach, profileLayerTask } from "./profile/profile-layer.ts";
import { onTimeJob, onTimeTask } from "./study/capacity/on-time.ts";
import { checkRecordingJob, checkRecordingTask } from "./study/conform/check-recording.ts";
import { synthesiseJob, synthesiseTask } from "./study/overhead/synthesis.ts";
import { nameScheduler, nameSchedulerTask } from "./study/run/name-scheduler.ts";
import { boundsJob, boundsTask } from "./study/run/run-bounds.ts";
import { simulateJob, simulateTask } from "./study/run/simulate-job.ts";
import { sweepPoints, sweepPointsTask } from "./study/sweep/sweep-points.ts";
import { handler, runMessage, type TaskMessage, type TaskOutcome } from "./threads/task.ts";
import { profileWaveform, profileWaveformTask } from "./trace/waveform/profile-waveform.ts";

const handlers = [
  handler(boundsTask, boundsJob),
  handler(channelCountsTask, channelCounts),
  handler(checkRecordingTask, checkRecordingJob),
  handler(nameSchedulerTask, nameScheduler),
  handler(onTimeTask, onTimeJob),
  handler(profileLayerTask, profileLayerOnEach),
  handler(profileWaveformTask, profileWaveform),
  handler(simulateTask, simulateJob),
  handler(sweepPointsTask, sweepPoints),
  handler(synthesiseTask, synthesiseJob),
];

process.stdout.write = process.stderr.write.bind(process.stderr);

export default function runJob(message: TaskMessage): Promise<TaskOutcome<unknown>> {
  return runMessage(message, handlers);
}
