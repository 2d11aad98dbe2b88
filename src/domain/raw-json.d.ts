/**
 * "JSON.parse source text access" (Stage 4; V8 since Node 21), which TypeScript's own libraries do not declare yet.
 * A raw value is a frozen object without prototype that JSON.stringify writes as the very text it was made of.
 */
interface RawJson {
  readonly rawJSON: string;
}

interface JSON {
  /** @throws SyntaxError unless `text` is one JSON primitive */
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
  /** `context.source` is the token's text, for primitives only. */
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}
