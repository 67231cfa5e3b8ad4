/** Resources that the paper publishes, on a Zynq UltraScale+ ZU7EV (Vivado 2019). None is reproducible from its RTL. */

/** Table 6: FIFO depth 64, Opt_FP16. Its sum of DSPs, 194 + 3 = 196, is the paper's own. */
export const table6 = {
  eyerissV2: { lut: 99_168, dsp: 194, ramKilobytes: 140 },
  scheduler: { lut: 553, dsp: 3, ramKilobytes: 0.5 },
} as const;

/** Fig. 16: relative to Non_Opt_FP32 of the same depth; read off the figure. */
export const fig16 = {
  64: {
    Non_Opt_FP32: { lut: 1, ff: 1, dsp: 1 },
    Opt_FP32: { lut: 0.6825, ff: 0.4867, dsp: 0.8 },
    Opt_FP16: { lut: 0.2355, ff: 0.2297, dsp: 0.6 },
  },
  512: {
    Non_Opt_FP32: { lut: 1, ff: 1, dsp: 1 },
    Opt_FP32: { lut: 0.6932, ff: 0.49, dsp: 0.8 },
    Opt_FP16: { lut: 0.2403, ff: 0.2317, dsp: 0.6 },
  },
} as const;
