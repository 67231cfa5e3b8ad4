/**
 * Handles what `take` gives, so many items at a time, until it gives no more.
 *
 * @throws the first error of `handle`, when all that had begun has ended; nothing is taken after it.
 */
export async function inLanes<T>(
  count: number,
  take: () => T | undefined,
  handle: (item: T) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const lane = async () => {
    try {
      for (let item = take(); item !== undefined && errors.length === 0; item = take()) await handle(item);
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
  if (errors.length > 0) throw errors[0];
}
