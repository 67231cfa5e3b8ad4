/** A figure: what is seen, in a title and a sentence, the plots, and the numbers behind them. */
import type { PlotSpec } from "./svg.ts";

export interface Figure {
  /** Unique in a report; lower case, words joined by hyphens. */
  readonly id: string;
  /** Says what is seen. */
  readonly title: string;
  /** A sentence or two for somebody who has not read the code. */
  readonly caption: string;
  readonly plots: readonly Plot[];
  readonly tables: readonly NumberTable[];
}

export interface Plot {
  /** Unique within its figure. */
  readonly name: string;
  /** Read aloud in place of the picture. */
  readonly label: string;
  readonly spec: PlotSpec;
  /** The numbers that it shows, if they are not the figure's first table. */
  readonly numbers?: NumberTable;
}

export interface NumberTable {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  /** A null is a value that there is not. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface TableColumn {
  /** With its unit. */
  readonly title: string;
  /** Decimals that are shown; absent: as many as are needed for four digits. */
  readonly digits?: number;
}
