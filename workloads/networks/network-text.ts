/** The text of a network file, as importers and the script of the built-in networks write it. */
import { Document, isScalar, visit } from "yaml";
import type { Layer } from "../layers/layer.ts";

/** The keys of a layer's geometry that `makeLayer` would not fill in itself. */
export function geometryKeys(layer: Layer): object {
  const { name, kind, inputChannels, outputChannels, inputHeight, inputWidth, groups } = layer;
  const defaultGroups = kind === "depthwise" ? inputChannels : 1;
  const pairs = { kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation };
  return {
    ...{ name, kind, inputChannels, outputChannels },
    ...(inputHeight === 1 ? {} : { inputHeight }),
    ...(inputWidth === 1 ? {} : { inputWidth }),
    ...Object.fromEntries(Object.entries(pairs).filter(([, pair]) => pair.some((size) => size !== 1))),
    ...(layer.padding.every((side) => side === 0) ? {} : { padding: layer.padding }),
    ...(groups === defaultGroups ? {} : { groups }),
  };
}

/** Lists of numbers and names on one line. */
export function networkYaml(keys: object): string {
  const document = new Document(keys);
  visit(document, {
    Seq: (_, node) => {
      node.flow = node.items.every(isScalar);
    },
  });
  return document.toString({ lineWidth: 0 });
}

/**
 * The CSV of the layers that have other sizes in some samples; undefined where every sample has one size.
 *
 * @param samples layers of each sample
 * @param layers those of the network file
 */
export function shapesCsv(samples: readonly (readonly Layer[])[], layers: readonly Layer[]): string | undefined {
  const rows = samples.flatMap((ofSample, sample) =>
    ofSample.flatMap((layer, index) =>
      sizesText(layer) === sizesText(layers[index]) ? [] : [`${sample},${layer.name},${sizesText(layer)}`],
    ),
  );
  if (rows.length === 0) return undefined;
  const header =
    "sample,layer,input_channels,output_channels,input_height,input_width,groups,padding_top,padding_bottom,padding_left,padding_right";
  return `${[header, ...rows].join("\n")}\n`;
}

function sizesText(layer: Layer): string {
  const { inputChannels, outputChannels, inputHeight, inputWidth, groups, padding } = layer;
  return [inputChannels, outputChannels, inputHeight, inputWidth, groups, ...padding].join(",");
}
