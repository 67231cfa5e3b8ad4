/**
 * What Eyeriss (JSSC 2017, Tables V and VI, core clock 200 MHz) took for the convolutions of AlexNet at batch 4 and of VGG-16
 * at batch 3, as stored in cucapra/fodlam (MIT): times in ms, DRAM accesses in MB.
 */
export interface ChipLayer {
  readonly name: string;
  readonly totalMs: number;
  readonly processingMs: number;
  readonly activePes: number;
  /** Share of zeros of the input, in %. */
  readonly inputZerosPercent: number;
  readonly dramMb: number;
}

type Row = readonly [string, number, number, number, number, number];

function layer([name, totalMs, processingMs, activePes, inputZerosPercent, dramMb]: Row): ChipLayer {
  return { name, totalMs, processingMs, activePes, inputZerosPercent, dramMb };
}

const alexnetRows: readonly Row[] = [
  ["conv1", 20.9, 16.5, 154, 0.01, 5.0],
  ["conv2", 41.9, 39.2, 135, 38.7, 4.0],
  ["conv3", 23.6, 21.8, 156, 72.5, 3.0],
  ["conv4", 18.4, 16.0, 156, 79.3, 2.1],
  ["conv5", 10.5, 10.0, 156, 77.6, 1.3],
];

const vgg16Rows: readonly Row[] = [
  ["conv1_1", 76.2, 38.0, 156, 1.6, 15.4],
  ["conv1_2", 910.3, 810.6, 156, 47.7, 54.0],
  ["conv2_1", 470.3, 405.3, 156, 24.8, 33.4],
  ["conv2_2", 894.3, 810.8, 156, 38.7, 48.5],
  ["conv3_1", 241.1, 204.0, 156, 39.7, 20.2],
  ["conv3_2", 460.9, 408.1, 156, 58.1, 32.2],
  ["conv3_3", 457.7, 408.1, 156, 58.7, 30.8],
  ["conv4_1", 135.8, 105.1, 168, 64.3, 17.8],
  ["conv4_2", 254.8, 210.0, 168, 74.7, 28.6],
  ["conv4_3", 246.3, 210.0, 168, 85.4, 22.8],
  ["conv5_1", 54.3, 48.3, 168, 79.4, 6.3],
  ["conv5_2", 53.7, 48.5, 168, 87.4, 5.7],
  ["conv5_3", 53.7, 48.5, 168, 88.5, 5.6],
];

export const chipRuns = [
  { network: "alexnet", batch: 4, layers: alexnetRows.map(layer) },
  { network: "vgg16", batch: 3, layers: vgg16Rows.map(layer) },
] as const;
