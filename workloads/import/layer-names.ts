/** Names of layers that can stand in file names and CSV cells and are unique, from names that need not be. */
export function layerNames(given: readonly string[]): string[] {
  const taken = new Set<string>();
  return given.map((name) => {
    const plain =
      name
        .replace(/^[/.]+/, "")
        .replace(/\/+/g, ".")
        .replace(/[^A-Za-z0-9_.-]/g, "_") || "layer";
    let unique = plain;
    for (let k = 2; taken.has(unique); k++) unique = `${plain}_${k}`;
    taken.add(unique);
    return unique;
  });
}
