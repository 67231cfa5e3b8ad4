/** What is explored where nothing else is asked for: PEs, at least and at most. */
export const defaultBudget = "48..384";
