import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  type Payload,
  UndefinedPayloadConverter,
  ValueError,
} from '@temporalio/common';
import { parseLossless } from '../src/domain/lossless-json.ts';

/**
 * Temporal's own JSON form, read without touching a number: an event's `data` passes through a workflow, and
 * `12345678901234567890` must leave it as it came. Writing needs nothing: `JSON.stringify` knows raw numbers.
 */
class LosslessJsonPayloadConverter extends JsonPayloadConverter {
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
