/** Why a request is not taken for one of the service; docs/sdk.md has what to do about each. */
export type WebhookVerificationCode =
  /** There is no signature header, or one that it needs beside it is missing or there twice. */
  | 'missing_header'
  /** A header is not in its form. */
  | 'malformed_header'
  /** No signature is of any of the secrets: not from the service, or the body was changed on its way here. */
  | 'no_matching_signature'
  /** Signed too long ago: perhaps a replay. */
  | 'timestamp_too_old'
  /** Signed in the future, by this machine's clock. */
  | 'timestamp_too_new'
  /** The body is signed, but no JSON object. */
  | 'invalid_body';

/** The request must not be acted on: answer 401 (`invalid_body`: 400). */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  /** Stable: branch on this. */
  readonly code: WebhookVerificationCode;

  constructor(code: WebhookVerificationCode, message: string) {
    super(message);
    this.code = code;
  }

  /** The HTTP status to answer with. */
  get status(): 400 | 401 {
    return this.code === 'invalid_body' ? 400 : 401;
  }
}
