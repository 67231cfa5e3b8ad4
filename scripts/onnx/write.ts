/** `npm run onnx -- NAME FILE [SIZE [DENSITY]]`: writes a published network with random weights as an ONNX file. */
import { writeFileSync } from "node:fs";
import { onnxModel } from "./onnx-writer.ts";
import { topologies } from "./topologies.ts";

const [name = "", file, size, density] = process.argv.slice(2);
if (file === undefined || !Object.hasOwn(topologies, name)) {
  process.stderr.write(
    `npm run onnx -- NAME FILE [SIZE [DENSITY]], NAME one of ${Object.keys(topologies).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  const options = { ...(size && { size: Number(size) }), ...(density && { density: Number(density) }) };
  writeFileSync(file, onnxModel(topologies[name](options)));
}
