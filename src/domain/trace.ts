/** A place in a trace: the parts of a W3C `traceparent`, https://www.w3.org/TR/trace-context/. */
export interface TraceParent {
  traceId: string;
  spanId: string;
  isSampled: boolean;
}

const FORM = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** @returns undefined for what is no `traceparent`: such a trace is not gone on with */
export function parseTraceparent(text: unknown): TraceParent | undefined {
  const found = typeof text === 'string' ? FORM.exec(text) : null;
  if (found === null) return undefined;
  const [, traceId, spanId, flags] = found as unknown as [string, string, string, string];
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The `traceparent` that an event carries: CloudEvents' distributed tracing extension, by the sender or by the REST door. */
export function traceparentOf(extensions: Record<string, unknown>): string | undefined {
  const { traceparent } = extensions;
  return parseTraceparent(traceparent) === undefined ? undefined : (traceparent as string);
}

/**
 * The event as part of the trace that brought it here. One that its sender has put into a trace already stays in that:
 * it may have been on its way through others since.
 */
export function withTraceparent<E extends { extensions: Record<string, string | number | boolean> }>(
  event: E,
  traceparent: string | undefined,
): E {
  if (traceparent === undefined || event.extensions.traceparent !== undefined) return event;
  return { ...event, extensions: { ...event.extensions, traceparent } };
}

export type SpanAttributes = Record<string, string | number | boolean | undefined>;

/** Something that takes time, as a trace shows it. */
export interface Span {
  /** What it causes goes on with this; undefined where there is no trace. */
  traceparent: string | undefined;
  /** For log lines. */
  traceId: string | undefined;
  /** Points to another trace, for what has several causes. */
  link(traceparent: string | undefined): void;
  /** @param error what went wrong, as one of few words: no message, no id */
  end(attributes?: SpanAttributes, error?: string): void;
}

export interface SpanStart {
  kind: 'server' | 'client' | 'consumer';
  /** The `traceparent` that it goes on with; a new trace begins where there is none. */
  parent: string | undefined;
  attributes: SpanAttributes;
}

/** Where spans are begun. */
export interface Tracing {
  /** Whether spans are kept at all: what exists for their sake alone can be left undone. */
  isOn: boolean;
  begin(name: string, start: SpanStart): Span;
}

/** Nobody collects spans: a trace that others have begun is passed on as it came. */
export const passOn: Tracing = { isOn: false, begin: (_, { parent }) => passedOn(parent) };

/** What stands for a span where nobody collects any: whoever makes attributes for one need not. */
export function passedOn(parent: string | undefined): Span {
  const place = parent === undefined ? undefined : parseTraceparent(parent);
  if (place === undefined) return IN_NO_TRACE;
  return { ...IN_NO_TRACE, traceparent: parent, traceId: place.traceId };
}

const IN_NO_TRACE: Span = Object.freeze({ traceparent: undefined, traceId: undefined, link() {}, end() {} });
