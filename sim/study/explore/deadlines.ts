/** What deadlines are multiples of: the latency alone on the base array, the same for all shapes, or on each shape. */
export const deadlineKinds = ["base", "own"] as const;
export type DeadlineKind = (typeof deadlineKinds)[number];
