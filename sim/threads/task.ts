/** What a worker thread can be asked to do, as a token: the pool runs any task and knows none. */
import { ConfigError } from "../../workloads/input/errors.ts";

/** A kind of work, by the name under which `sim/worker.ts` registers who does it. Jobs and results are plain data. */
export interface Task<Job, Result> {
  readonly name: string;
  /**
   * The path of the user's module that a job runs, if it runs one. Such a job has a thread of its own, so that no state
   * of the module outlives it.
   */
  readonly userModuleOf?: (job: Job) => string | undefined;
  /** Never there: it ties the types of job and result to the token. */
  readonly types?: (job: Job) => Result;
}

export function task<Job, Result>(
  name: string,
  options: Pick<Task<Job, Result>, "userModuleOf"> = {},
): Task<Job, Result> {
  return { name, ...options };
}

/** A job on its way to a thread. */
export interface TaskMessage {
  readonly task: string;
  readonly job: unknown;
}

/** What a thread answers. A user's mistake comes as text, since a thread boundary strips an error of its class. */
export type TaskOutcome<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly message: string };

/** A task with the function that does it. */
interface Handler {
  readonly task: string;
  readonly handle: (job: unknown) => unknown;
}

/** Loads who does a task, by the task's name. */
export type Registry = Readonly<Record<string, () => Promise<Handler>>>;

/** Pairs a task with the function that does it; the types of the two are checked here. */
export function handler<Job, Result>(
  { name }: Task<Job, Result>,
  handle: (job: Job) => Result | Promise<Result>,
): Handler {
  return { task: name, handle: (job) => handle(job as Job) };
}

/** Runs one message by the handler of its task. @throws what the handler throws, except a ConfigError. */
export async function runMessage({ task: name, job }: TaskMessage, registry: Registry): Promise<TaskOutcome<unknown>> {
  const found = await registry[name]?.();
  if (found?.task !== name) throw new Error(`no handler for task ${name}`);
  try {
    return { ok: true, result: await found.handle(job) };
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, message: error.message };
    throw error;
  }
}
