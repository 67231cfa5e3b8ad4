/**
 * How every plot looks: fonts, sizes, colours. A plot is drawn in the light colours; inside a page they become the
 * variables of `colourVariables`, so that one drawing serves light, dark and print.
 */

/** Okabe and Ito's palette (2008), told apart by people with any colour vision; the yellow left out, unseen on white. */
export const palette = {
  blue: "#0072b2",
  orange: "#e69f00",
  green: "#009e73",
  vermilion: "#d55e00",
  pink: "#cc79a7",
  sky: "#56b4e9",
  grey: "#8a8a8a",
  black: "#1f1f1f",
} as const;

/** Categories in this order take these colours. */
export const categoryColours = [
  palette.blue,
  palette.vermilion,
  palette.green,
  palette.pink,
  palette.orange,
  palette.sky,
  palette.black,
  palette.grey,
];

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
export const ink = { text: "#222222", faint: "#767676", grid: "#e4e4e4", paper: "#ffffff" } as const;

/** CSS variable of each colour, and what it is in the dark. */
export const colourVariables: readonly { readonly variable: string; readonly light: string; readonly dark: string }[] =
  [
    { variable: "--blue", light: palette.blue, dark: "#4ba3e3" },
    { variable: "--orange", light: palette.orange, dark: "#f0b53c" },
    { variable: "--green", light: palette.green, dark: "#2fbf95" },
    { variable: "--vermilion", light: palette.vermilion, dark: "#f07c3a" },
    { variable: "--pink", light: palette.pink, dark: "#dd9abf" },
    { variable: "--sky", light: palette.sky, dark: "#8fd0f5" },
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
