/** Entry point of a worker thread. */
export { runJob as default } from "./jobs.ts";
