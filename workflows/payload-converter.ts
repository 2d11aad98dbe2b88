import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  type Payload,
  UndefinedPayloadConverter,
  ValueError,
} from '@temporalio/common';
import { parseLossless } from '../src/domain/lossless-json.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** By a registered symbol, for the SDK may load this file a second time beside its importers. */
const jsonText = Symbol.for('exosphere.json-text');

/** A value that is JSON text already; its payload is that very text. */
export const serialisedJson = (text: string): object => ({ [jsonText]: text });

/**
 * Temporal's own JSON form, read without touching a number: an event's `data` passes through a workflow, and
 * `12345678901234567890` must leave it as it came. `JSON.stringify` knows raw numbers.
 */
class LosslessJsonPayloadConverter extends JsonPayloadConverter {
  override toPayload(value: unknown): Payload | undefined {
    const text = (value as { [jsonText]?: string } | null | undefined)?.[jsonText];
    if (text === undefined) return super.toPayload(value);
    return { metadata: { encoding: encode('json/plain') }, data: encode(text) };
  }

  override fromPayload<T>(payload: Payload): T {
    if (!payload.data) throw new ValueError('Got payload with no data');
    return parseLossless(new TextDecoder().decode(payload.data)) as T;
  }
}

/** What `payloadConverterPath` of clients and workers leads to; the name is Temporal's. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new LosslessJsonPayloadConverter(),
);
