/** Photographs as inputs of networks: JPEG and PNG, cut to the network's aspect ratio in the middle, resized, normalised. */
import { readFileSync } from "node:fs";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { ConfigError } from "../input/errors.ts";

/** How the values 0 to 1 of a pixel become those of the network: (value − mean) / std, per channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Where the channels are; undefined: where the input has 1 or 3 of them. */
  readonly layout?: "NCHW" | "NHWC";
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity of each pixel. */
  readonly data: Uint8Array;
}

/**
 * An image as an input of this shape.
 *
 * @throws ConfigError for a file that is no image, or a shape that has no place for one
 */
export function imageInput(path: string, shape: readonly number[], { mean, std, layout }: Normalisation): Float32Array {
  const isFirst = layout === undefined ? isColour(shape[1]) : layout === "NCHW";
  const [channels, height, width] = isFirst ? shape.slice(1) : [shape[3], shape[1], shape[2]];
  if (shape.length !== 4 || shape[0] !== 1 || !isColour(channels)) {
    throw new ConfigError(
      `image ${path}: the network's input has shape [${shape.join(", ")}], which is no image of 1 or 3 channels${layout === undefined ? "" : ` in ${layout}`}`,
    );
  }
  for (const [name, values] of Object.entries({ mean, std })) {
    if (values.length === 1 || values.length === channels) continue;
    throw new ConfigError(`--${name} must have 1 or ${channels} values, has ${values.length}`);
  }
  const pixels = decode(path);
  const input = new Float32Array(channels * height * width);
  const crop = centreCrop(pixels, height, width);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const y = crop.top + ((row + 0.5) * crop.height) / height - 0.5;
      const x = crop.left + ((column + 0.5) * crop.width) / width - 0.5;
      for (let channel = 0; channel < channels; channel++) {
        const value = channels === 1 ? grey(pixels, y, x) : bilinear(pixels, y, x, channel);
        const place = isFirst ? channel * height * width + at : at * channels + channel;
        input[place] = (value / 255 - mean[mean.length === 1 ? 0 : channel]) / std[std.length === 1 ? 0 : channel];
      }
    }
  }
  return input;
}

export function isImage(path: string): boolean {
  return /\.(jpe?g|png)$/i.test(path);
}

function isColour(channels: number): boolean {
  return channels === 1 || channels === 3;
}

function decode(path: string): Pixels {
  try {
    const bytes = readFileSync(path);
    if (/\.png$/i.test(path)) return PNG.sync.read(bytes);
    return jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 1024 });
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    throw new ConfigError(`image ${path}: cannot be read: ${line}`);
  }
}

/** The largest part in the middle with the aspect ratio of the network's input. */
function centreCrop({ width, height }: Pixels, rows: number, columns: number) {
  const scale = Math.min(width / columns, height / rows);
  const [cropWidth, cropHeight] = [columns * scale, rows * scale];
  return { left: (width - cropWidth) / 2, top: (height - cropHeight) / 2, width: cropWidth, height: cropHeight };
}

function bilinear({ width, height, data }: Pixels, y: number, x: number, channel: number): number {
  const at = (row: number, column: number) => {
    const r = Math.min(height - 1, Math.max(0, row));
    const c = Math.min(width - 1, Math.max(0, column));
    return data[4 * (r * width + c) + channel];
  };
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, across] = [y - top, x - left];
  const upper = at(top, left) * (1 - across) + at(top, left + 1) * across;
  const lower = at(top + 1, left) * (1 - across) + at(top + 1, left + 1) * across;
  return upper * (1 - down) + lower * down;
}

/** ITU-R BT.601 luma. */
function grey(pixels: Pixels, y: number, x: number): number {
  return 0.299 * bilinear(pixels, y, x, 0) + 0.587 * bilinear(pixels, y, x, 1) + 0.114 * bilinear(pixels, y, x, 2);
}
