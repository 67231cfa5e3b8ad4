/** Who reads what, as a network file says it: checked, and as the one reader that each layer's output is handed to. */
import { ConfigError, didYouMean } from "../input/errors.ts";
import { elementCount, inputShape, type Layer, outputShape } from "../layers/layer.ts";
import { consumers } from "./network.ts";
import type { NetworkLayerKeys } from "./network-schema.ts";

/** Operators that leave the channels as they are. */
const keepsChannels =
  /^(Max|Average|Lp|GlobalAverage|GlobalMax|GlobalLp|QLinearAverage|QLinearGlobalAverage)Pool$|^(Pad|Resize|Upsample|pool|pad|resize)$/;

/**
 * The reader of each layer: of those that say they read it the first that takes the very tensor, else the first; −1 for none.
 * Where no layer of the file says what it reads, shapes decide.
 *
 * @param what begins every message
 * @throws ConfigError for a name that no earlier layer has, or shapes that do not fit each other
 */
export function readersOf(
  what: string,
  keys: readonly NetworkLayerKeys[],
  layers: readonly Layer[],
): readonly number[] {
  if (keys.every(({ reads }) => reads === undefined)) return consumers(layers);
  const indexOf = new Map(layers.map(({ name }, index) => [name, index]));
  const readers = layers.map((): number[] => []);
  for (const [index, { name, reads = [], between = [], secondInput = false }] of keys.entries()) {
    const sources = reads.map((read) => {
      const source = indexOf.get(read);
      if (source === undefined || source >= index) {
        const earlier = layers.slice(0, index).map((layer) => layer.name);
        throw new ConfigError(
          `${what}: layer "${name}" reads "${read}", which no layer before it is called${didYouMean(read, earlier)}`,
        );
      }
      readers[source].push(index);
      return layers[source];
    });
    if (!secondInput) checkShapes(`${what}: layer "${name}"`, layers[index], sources, between);
  }
  return readers.map((found, index) => {
    const shape = outputShape(layers[index]).join();
    return found.find((reader) => inputShape(layers[reader]).join() === shape) ?? found[0] ?? -1;
  });
}

function checkShapes(what: string, layer: Layer, sources: readonly Layer[], between: readonly string[]): void {
  if (sources.length === 0 || between.some((operator) => !keepsChannels.test(operator))) return;
  const written = sources.map((source) => outputShape(source));
  const shape = inputShape(layer);
  const texts = written.map((own) => `[${own.join(", ")}]`).join(" and ");
  if (between.length > 0) {
    const channels = written.map(([own]) => own);
    if (fits(shape[0], channels)) return;
    const isFlat = shape[1] * shape[2] === 1 && channels.every((own) => shape[0] % own === 0);
    if (isFlat) return;
    throw new ConfigError(`${what} has ${shape[0]} input channels, but what it reads is ${texts}`);
  }
  const samePlane = written.every(([, height, width]) => height === shape[1] && width === shape[2]);
  const isFlat = elementCount(shape) === written.reduce((sum, own) => sum + elementCount(own), 0);
  if (
    isFlat ||
    (samePlane &&
      fits(
        shape[0],
        written.map(([own]) => own),
      ))
  )
    return;
  throw new ConfigError(
    `${what} has the input [${shape.join(", ")}], but what it reads is ${texts}; name what lies between (between: [MaxPool], …)`,
  );
}

/** Added up element by element, or joined. */
function fits(channels: number, read: readonly number[]): boolean {
  return read.every((own) => own === channels) || read.reduce((sum, own) => sum + own, 0) === channels;
}
