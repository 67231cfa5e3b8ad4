/**
 * One process at a time works in a folder: the first file that it puts there says which. A process that was killed leaves
 * the file behind; it counts for nothing once that process is gone.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../workloads/input/errors.ts";

const lockName = "dysta.lock";

/** Whether a name is that of a lock, or of what a kill leaves of one being taken. */
export function isLockName(name: string): boolean {
  return name === lockName || name.startsWith(`${lockName}.`);
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Of the process, as the system counts: a number that was given to another process is told apart. */
  readonly started: string;
}

/** Files of locks that this process holds. */
const held = new Set<string>();

/** Lets other processes have every folder that this one works in: its command is over. */
export function releaseLocks(): void {
  for (const file of held) rmSync(file, { force: true });
  held.clear();
}

process.on("exit", releaseLocks);

export class FolderLock {
  private readonly file: string;

  /**
   * @param place begins the message
   * @throws ConfigError if another process, or another part of this one, works in the folder; the system's error if the
   * lock cannot be written.
   */
  constructor(folder: string, place: string) {
    this.file = join(folder, lockName);
    if (!take(this.file)) {
      const owner = ownerOf(this.file);
      if (owner !== undefined && isAlive(owner)) throw new ConfigError(`${place}: ${inUse(owner, this.file)}`);
      setAside(this.file, owner, place);
      if (!take(this.file)) throw new ConfigError(`${place}: is in use by another process`);
    }
    held.add(this.file);
  }

  /** The second time nothing. */
  release(): void {
    if (held.delete(this.file)) rmSync(this.file, { force: true });
  }
}

/** Removes the lock of a process that is known to have ended, wherever it ran. */
export function removeLock(folder: string): void {
  rmSync(join(folder, lockName), { force: true });
}

function inUse({ host, pid }: Owner, file: string): string {
  if (host === hostname()) return `is in use by ${pid === process.pid ? "this" : "another"} process (${pid})`;
  return `is in use by process ${pid} on ${host}; if that has ended, remove ${file}`;
}

/** Makes the lock, whole from the first moment on. @returns whether there was none. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  const owner: Owner = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  writeFileSync(own, JSON.stringify(owner));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes a lock away that nobody holds; of several that try only one has it under the new name. */
function setAside(file: string, owner: Owner | undefined, place: string): void {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = ownerOf(aside);
  if (JSON.stringify(moved) === JSON.stringify(owner)) {
    rmSync(aside, { force: true });
    return;
  }
  // Somebody was faster, and this is their lock.
  renameSync(aside, file);
  throw new ConfigError(`${place}: is in use by another process`);
}

/** Undefined for a lock that is gone or says nothing. */
function ownerOf(file: string): Owner | undefined {
  try {
    const { host, pid, started } = JSON.parse(readFileSync(file, "utf8")) as Partial<Owner>;
    if (typeof host !== "string" || typeof started !== "string" || !Number.isSafeInteger(pid)) return undefined;
    return { host, pid: pid as number, started };
  } catch {
    return undefined;
  }
}

/** Of a process on another machine nothing is known: it counts as alive. */
function isAlive({ host, pid, started }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return startOf(pid) === started;
}

/** When a process was started, in ticks since the machine was; empty where the system does not say. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which is in parentheses and may hold anything: state, …, start time (field 22 of all).
    return fields.slice(fields.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}
