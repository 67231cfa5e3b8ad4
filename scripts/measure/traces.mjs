/** The two files of a measured network, and how two of them differ. */

/** Shares are written with five digits. */
const written = (share) => share.toFixed(5);

/** @param samples of each photograph its name and what its kernels read. */
export function traceFiles(name, samples) {
  const kernels = samples[0].kernels;
  const layers = kernels.map(({ kernel, inputShape, weightShape, macs, weightZeros }, layer) => {
    const zeros = samples.map((sample) => sample.kernels[layer].inputZeros);
    const mean = zeros.reduce((sum, share) => sum + share, 0) / zeros.length;
    const variance = zeros.reduce((sum, share) => sum + (share - mean) ** 2, 0) / zeros.length;
    const shares = [weightZeros, mean, Math.min(...zeros), Math.max(...zeros), Math.sqrt(variance)].map(written);
    return [name, layer, kernel, inputShape.join("x"), weightShape.join("x"), macs, ...shares].join(",");
  });
  const header =
    "model,layer,kernel,input_shape,weight_shape,macs,weight_zero_frac,act_zero_mean,act_zero_min,act_zero_max,act_zero_sd";
  const rows = samples.map((sample) =>
    [sample.name, ...sample.kernels.map(({ inputZeros }) => written(inputZeros))].join(","),
  );
  const columns = ["input", ...kernels.map((_, layer) => `L${layer}`)].join(",");
  return {
    [`${name}.layers.csv`]: `${[header, ...layers].join("\n")}\n`,
    [`${name}.samples.csv`]: `${[columns, ...rows].join("\n")}\n`,
  };
}

/**
 * Every number of a new file that is further from the recorded one than `tolerance`, and every text that is another.
 *
 * @returns the differences in words, and the largest between two numbers that are shares
 */
export function differences(recorded, made, tolerance) {
  const [before, after] = [recorded, made].map((text) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.split(",")),
  );
  if (before.length !== after.length)
    return { found: [`${after.length - 1} rows, recorded ${before.length - 1}`], largest: Number.NaN };
  const found = [];
  let largest = 0;
  for (const [row, cells] of before.entries()) {
    if (cells.length !== after[row].length)
      found.push(`row ${row}: ${after[row].length} columns, recorded ${cells.length}`);
    for (const [column, cell] of cells.entries()) {
      const other = after[row][column];
      if (cell === other) continue;
      const distance = Math.abs(Number(cell) - Number(other));
      if (distance <= 1) largest = Math.max(largest, distance);
      if (!(distance <= tolerance))
        found.push(`row ${row} (${cells[0]}), ${before[0][column]}: ${other}, recorded ${cell}`);
    }
  }
  return { found, largest };
}
