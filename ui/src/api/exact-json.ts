/*
 * JSON whose numbers stay as they were written: senders' data may hold integers that no double can, and 12345678901234567890
 * shown as 12345678901234567000 is another order's number.
 */

/** What browsers have of it beside the types of the language that is used here. */
interface ExactJson {
  /** A number that `JSON.stringify` writes by this text. Older browsers have none: numbers are then as `JSON.parse` has them. */
  rawJSON?: (text: string) => unknown;
  parse(text: string, reviver: (name: string, value: unknown, context?: { source?: string }) => unknown): unknown;
}

const exact = JSON as unknown as ExactJson;

/** Parses it; a number that would be written otherwise becomes an object that `JSON.stringify` writes as it came. @throws SyntaxError */
export const parseExactly = (text: string): unknown =>
  exact.parse(text, (_name, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source && exact.rawJSON
      ? exact.rawJSON(context.source)
      : value,
  );

/** The body of an answer that was asked for by `parseAs: 'text'`. Not to be compared part by part: `structuralSharing: false`. */
export async function exactDataOf<T>(answer: Promise<{ data?: unknown }>): Promise<T> {
  return parseExactly((await answer).data as string) as T;
}
