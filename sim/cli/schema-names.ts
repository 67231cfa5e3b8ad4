/** What `dysta schema` knows: kinds of files that users write, and documents that commands print with --json. */
export const fileSchemaNames = ["scenario", "sweep", "hardware", "layer", "network"] as const;
export const documentSchemaNames = [
  "result-run",
  "result-profile",
  "result-capacity",
  "result-explain",
  "result-explore",
  "result-overhead",
  "result-sweep",
  "result-reproduce",
  "result-import",
] as const;
