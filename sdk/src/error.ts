/** A field of what was sent, and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

/** What the service or the way to it had against a request, or the SDK against an event. */
export class ExosphereAlertsError extends Error {
  override readonly name = 'ExosphereAlertsError';
  /** Stable: branch on this. The service's own `code` where it gave one; else see docs/sdk.md. */
  readonly code: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** One for each bad field. */
  readonly errors: readonly FieldError[];

  constructor(
    code: string,
    message: string,
    more: { status?: number; errors?: readonly FieldError[]; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = more.status;
    this.errors = more.errors ?? [];
  }
}

/** The error of an answer that is none of success: RFC 9457 problem details, or whatever a proxy on the way says. */
export function errorOfAnswer(status: number, body: unknown): ExosphereAlertsError {
  const { code, detail, errors } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const fields = Array.isArray(errors) ? (errors as FieldError[]) : [];
  return new ExosphereAlertsError(
    typeof code === 'string' ? code : `http_${status}`,
    [typeof detail === 'string' ? detail : `HTTP ${status}`, ...fields.map(textOf)].join(' '),
    { status, errors: fields },
  );
}

/** `data.run_id: must be a string` */
export const textOf = ({ path, message }: FieldError): string => `${path}: ${message}.`;
