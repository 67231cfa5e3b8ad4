/** The modules that `dysta rtl` can write. */
export const rtlTops = ["dysta_top", "scheduling_unit", "monitor", "pe"] as const;
export type RtlTop = (typeof rtlTops)[number];
