/** The keys of a monitor in the path of an array's outputs, the same in scenarios and hardware files. */
import { z } from "zod";

const monitorTapNames = ["ports", "channel"] as const;

/** The monitor's port counts in 16 bits how many outputs it can take. */
export const maxMonitorWords = 2 ** 16 - 1;

const lanesText = 'must be a whole number, 1 or more, "unlimited" or "none"';
const countText = "must be a whole number, 1 or more";
const bufferText = "must be a whole number, 0 or more";
const tooMany = `must be at most ${maxMonitorWords}, what the monitor's port can count`;

const laneCount = z.int({ error: lanesText }).min(1, { error: lanesText }).max(maxMonitorWords, { error: tooMany });
export const monitorLanesSchema = z.union([laneCount, z.enum(["unlimited", "none"])], {
  error: (issue) => (typeof issue.input === "number" && issue.input > maxMonitorWords ? tooMany : lanesText),
});
export const monitorBufferSchema = z
  .int({ error: bufferText })
  .min(0, { error: bufferText })
  .max(maxMonitorWords, { error: tooMany });
export const monitorTapSchema = z.enum(monitorTapNames, { error: `must be one of ${monitorTapNames.join(", ")}` });

export const monitorSchema = z
  .strictObject(
    {
      lanes: monitorLanesSchema.optional().describe("outputs looked at per cycle; default 128"),
      bufferOutputs: monitorBufferSchema.optional().describe("outputs that can wait for a lane; default 0"),
      tap: monitorTapSchema
        .optional()
        .describe("where it looks: at the partial-sum ports, or the DRAM channel (default)"),
      channelGroups: z
        .int({ error: countText })
        .min(1, { error: countText })
        .max(maxMonitorWords, { error: tooMany })
        .optional()
        .describe("counters, each of a block of output channels; default 1"),
    },
    { error: (issue) => (issue.code === "invalid_type" ? "must be a mapping of keys" : undefined) },
  )
  .describe("zero detectors in the path of the outputs; none unless named, or the scheduling unit dispatches");

export type MonitorKeys = Readonly<z.infer<typeof monitorSchema>>;
