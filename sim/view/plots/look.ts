/**
 * How every plot looks: fonts, sizes, colours. A plot is drawn in the light colours; inside a page they become the
 * variables of `colourVariables`, so that one drawing serves light, dark and print.
 */

/**
 * The hues of Okabe and Ito (2008), told apart by people with any colour vision, darkened until each stands out against
 * white by 3 : 1; of every hue a deep tone too, for the next of a kind.
 */
export const palette = {
  blue: "#0072b2",
  blueDeep: "#003f73",
  orange: "#b87800",
  orangeDeep: "#7d4f00",
  green: "#008a63",
  greenDeep: "#00543d",
  vermilion: "#d55e00",
  vermilionDeep: "#933800",
  pink: "#b9578c",
  pinkDeep: "#7c2f5c",
  sky: "#2d8fc8",
  skyDeep: "#1f6a8f",
  purple: "#7a5fc0",
  purpleDeep: "#4a3391",
  grey: "#767677",
  black: "#1f1f1f",
} as const;

/** Categories in this order take these colours. */
export const categoryColours = [
  palette.blue,
  palette.vermilion,
  palette.greenDeep,
  palette.pink,
  palette.orangeDeep,
  palette.sky,
  palette.black,
  palette.purple,
];

/** Two series beside each other: dark and light, so that they differ without colour too. */
export const pairColours = [palette.blueDeep, palette.orange];

/** Marks of the same order, so that colour is never the only difference. */
export const categoryShapes = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "cross",
  "triangle-down",
  "stroke",
  "arrow",
];

/** What is not data. */
export const ink = { text: "#222222", faint: "#6e6e6e", grid: "#e4e4e4", paper: "#ffffff" } as const;

/** CSS variable of each colour, and what it is in the dark. */
export const colourVariables: readonly { readonly variable: string; readonly light: string; readonly dark: string }[] =
  [
    { variable: "--blue", light: palette.blue, dark: "#4ba3e3" },
    { variable: "--blue-deep", light: palette.blueDeep, dark: "#a5d1f5" },
    { variable: "--orange", light: palette.orange, dark: "#f0b53c" },
    { variable: "--orange-deep", light: palette.orangeDeep, dark: "#ffd98a" },
    { variable: "--green", light: palette.green, dark: "#2fbf95" },
    { variable: "--green-deep", light: palette.greenDeep, dark: "#97e3cb" },
    { variable: "--vermilion", light: palette.vermilion, dark: "#f07c3a" },
    { variable: "--vermilion-deep", light: palette.vermilionDeep, dark: "#ffb68c" },
    { variable: "--pink", light: palette.pink, dark: "#dd9abf" },
    { variable: "--pink-deep", light: palette.pinkDeep, dark: "#f3cbe1" },
    { variable: "--sky", light: palette.sky, dark: "#8fd0f5" },
    { variable: "--sky-deep", light: palette.skyDeep, dark: "#c3e6fa" },
    { variable: "--purple", light: palette.purple, dark: "#b6a2ef" },
    { variable: "--purple-deep", light: palette.purpleDeep, dark: "#d9cdfb" },
    { variable: "--grey", light: palette.grey, dark: "#8f8f8f" },
    { variable: "--black", light: palette.black, dark: "#e2e2e2" },
    { variable: "--text", light: ink.text, dark: "#e8e8e8" },
    { variable: "--faint", light: ink.faint, dark: "#a0a0a0" },
    { variable: "--grid", light: ink.grid, dark: "#3a3a3a" },
    { variable: "--paper", light: ink.paper, dark: "#181818" },
  ];

const font = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

export const plotConfig: import("vega-lite").Config = {
  font,
  background: ink.paper,
  // Marks that say their values have a description of their own; the rest is silent.
  aria: false,
  padding: 4,
  view: { stroke: null },
  mark: { color: palette.blue },
  axis: {
    domainColor: ink.faint,
    tickColor: ink.faint,
    gridColor: ink.grid,
    labelColor: ink.text,
    titleColor: ink.text,
    labelFontSize: 12,
    titleFontSize: 12.5,
    titleFontWeight: "normal",
    titlePadding: 8,
    labelLimit: 0,
  },
  legend: {
    orient: "top",
    labelLimit: 0,
    labelColor: ink.text,
    titleColor: ink.text,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
  },
  header: {
    labelColor: ink.text,
    titleColor: ink.text,
    labelFontSize: 12,
    labelFontWeight: "bold",
    labelAnchor: "start",
  },
  text: { color: ink.text, fontSize: 12 },
  rule: { color: ink.faint },
  range: { category: [...categoryColours] },
};
