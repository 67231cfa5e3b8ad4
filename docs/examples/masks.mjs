// masks.mjs: two random masks as NumPy files, without a library
import { writeFileSync } from "node:fs";

function save(name, shape, share) {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
  const bits = Array.from({ length: shape.reduce((a, b) => a * b) }, () => (Math.random() < share ? 1 : 0));
  writeFileSync(name, Buffer.concat([Buffer.from(`\x93NUMPY\x01\0\x76\0${header}\n`, "latin1"), Buffer.from(bits)]));
}

save("activations.npy", [16, 8, 8], 0.4);
save("weights.npy", [32, 16, 1, 1], 0.2);
