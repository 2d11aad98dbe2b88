/**
 * What counts must not fail what it counts: neither a request nor a POST that has arrived may end as an error because its
 * record could not be counted.
 *
 * @param observe may throw
 * @param onError told of the first error: the others are most likely the same
 */
export function safely<A extends unknown[]>(
  observe: (...args: A) => void,
  onError: (error: unknown) => void,
): (...args: A) => void {
  let isTold = false;
  return (...args) => {
    try {
      observe(...args);
    } catch (error) {
      if (isTold) return;
      isTold = true;
      onError(error);
    }
  };
}
