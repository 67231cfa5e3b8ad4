interface LogAxis {
  readonly field: string;
  readonly type: "quantitative";
  readonly title: string;
  readonly scale: { type: "log"; domain: [number, number]; nice: false };
}

/** A logarithmic axis that ends where `domain` does. */
export function logAxis(field: string, title: string, domain: [number, number]): LogAxis {
  return {
    field,
    type: "quantitative",
    title: `${title}, logarithmic`,
    scale: { type: "log", domain, nice: false },
  };
}
