/** Stimulus and expected answers of a design, cycle by cycle, as a test bench reads them. */

/** A port of the design, without the clock. */
export interface VectorPort {
  readonly name: string;
  readonly width: number;
}

export interface Vectors {
  readonly inputs: readonly VectorPort[];
  readonly outputs: readonly VectorPort[];
  /** A line of hexadecimal digits per cycle: inputs, expected outputs, and a mask of the outputs that are compared. */
  readonly rows: readonly string[];
}

/** An output that is not compared in this cycle. */
export const anyValue = -1n;

/** Collects rows; the first port of a list lies in the lowest bits. */
export class VectorWriter {
  readonly inputs: readonly VectorPort[];
  readonly outputs: readonly VectorPort[];
  readonly rows: string[] = [];
  private limit: number;

  /** @param limit rows that are kept at most. */
  constructor(inputs: readonly VectorPort[], outputs: readonly VectorPort[], limit: number) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.rows.length >= this.limit;
  }

  /** Takes no more rows. */
  end(): void {
    this.limit = this.rows.length;
  }

  /** One cycle; does nothing once there are enough. */
  row(inputs: readonly bigint[], outputs: readonly bigint[]): void {
    if (this.isFull) return;
    const compared = this.outputs.map(({ width }, i) => (outputs[i] === anyValue ? 0n : (1n << BigInt(width)) - 1n));
    const values = outputs.map((value) => (value === anyValue ? 0n : value));
    const parts = [packed(this.outputs, compared), packed(this.outputs, values), packed(this.inputs, inputs)];
    this.rows.push(parts.join(""));
  }

  vectors(): Vectors {
    const { inputs, outputs, rows } = this;
    return { inputs, outputs, rows };
  }
}

/** Bits that a list of ports takes in a row: a whole number of hexadecimal digits. */
export function rowBits(ports: readonly VectorPort[]): number {
  return 4 * Math.ceil(ports.reduce((sum, { width }) => sum + width, 0) / 4);
}

function packed(ports: readonly VectorPort[], values: readonly bigint[]): string {
  let bits = 0n;
  let at = 0n;
  ports.forEach(({ name, width }, i) => {
    if (values[i] < 0n || values[i] >> BigInt(width) !== 0n) {
      throw new Error(`${values[i]} does not fit the ${width} bits of ${name}`);
    }
    bits |= values[i] << at;
    at += BigInt(width);
  });
  return bits.toString(16).padStart(rowBits(ports) / 4, "0");
}
