/** The artifact's tables in a folder of recordings: found, read once, and turned into a workload. */
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../../../workloads/input/errors.ts";
import type { ArtifactProfile } from "../../../workloads/tables/artifact-csv.ts";
import { buildLookupTables, type LookupTable } from "../../../workloads/tables/lookup-table.ts";
import { artifactFormatOf, readArtifactTable } from "../../../workloads/tables/profile-csv.ts";
import { listFiles } from "./folder.ts";

/** Networks of one recording and what schedulers know of them, in the order of its model indices. */
export interface RecordedNetworks {
  readonly profiles: readonly ArtifactProfile[];
  readonly tables: readonly LookupTable[];
}

export class RecordedTables {
  private readonly dir: string;
  private readonly read = new Map<string, ArtifactProfile>();
  private csvFiles: readonly string[] | undefined;

  /** @param dir the folder of recordings; paths in them are relative to it. */
  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * The networks of a recording.
   *
   * @param models their names there; the part before the first `_` is what the artifact groups patterns by
   * @param csv their tables' paths, relative to the folder; format and grouping follow from the path
   * @param sequenceLength tokens, for attention tables
   * @throws ConfigError if the lists differ in length or a table is missing or damaged
   */
  networks(models: readonly string[], csv: readonly string[], sequenceLength: number): RecordedNetworks {
    if (models.length !== csv.length) {
      throw new ConfigError(`models and csv must be lists of the same length, are ${models.length} and ${csv.length}`);
    }
    const profiles = models.map((name, index) => {
      const [model, ...pattern] = name.split("_");
      return { ...this.profile(csv[index], sequenceLength), name, model, pattern: pattern.join("_") };
    });
    return { profiles, tables: buildLookupTables(profiles, { ungrouped: csv[0].includes("sanger") }) };
  }

  private profile(csv: string, sequenceLength: number): ArtifactProfile {
    const key = `${sequenceLength} ${csv}`;
    const profile = this.read.get(key) ?? readArtifactTable(join(this.dir, csv), artifactFormatOf(csv), sequenceLength);
    this.read.set(key, profile);
    return profile;
  }

  /**
   * Paths of the tables with these file names, all in one folder; undefined if no folder has all of them.
   *
   * @throws ConfigError if several folders do
   */
  find(names: readonly string[]): string[] | undefined {
    this.csvFiles ??= listFiles(this.dir).filter((file) => file.endsWith(".csv"));
    const files = this.csvFiles;
    const folders = files.filter((file) => basename(file) === names[0]).map(dirname);
    const inFolder = (folder: string) => names.map((name) => (folder === "." ? name : `${folder}/${name}`));
    const complete = folders.filter((folder) => inFolder(folder).every((path) => files.includes(path)));
    if (complete.length > 1) throw new ConfigError(`table ${names[0]} is in several folders: ${complete.join(", ")}`);
    return complete.length === 0 ? undefined : inFolder(complete[0]);
  }
}
