/** The numbers that `packed` made a text of, in their order. */
export function unpacked(text: string): number[] {
  const bytes = atob(text);
  const values: number[] = [];
  let value = 0;
  let place = 1;
  for (let k = 0; k < bytes.length; k++) {
    const byte = bytes.charCodeAt(k);
    value += (byte % 128) * place;
    place *= 128;
    if (byte >= 128) continue;
    values.push(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
    value = 0;
    place = 1;
  }
  return values;
}
