/** Entry point of a worker thread. Standard output belongs to the command: what a user's code prints goes to stderr. */
export { runJob as default } from "./jobs.ts";

process.stdout.write = process.stderr.write.bind(process.stderr);
