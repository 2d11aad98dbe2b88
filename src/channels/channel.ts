import type { Alert } from '../domain/alert-body.ts';
import type { ChannelKind } from '../domain/channel-kind.ts';
import type { Outcome } from '../domain/outcome.ts';

/** What a message needs beside its alert. */
export interface MessageContext {
  namespace: string;
  deliveryId: string;
  /** Base of links to this service, without a trailing slash; absent: none. */
  publicUrl: string | undefined;
}

/** `message.ts`: the text that is stored with the delivery. It holds no secret, and fits the service's limits whatever is in the alert. */
export type RenderMessage = (alert: Alert, context: MessageContext) => string;

/** A receiver's answer, its secrets masked. Header names are lower-case; `excerpt` is the beginning of its body. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  excerpt: string | null;
}

/**
 * `answer.ts`: what the service's answer means where it knows more than the table for any webhook.
 *
 * @param general what that table and the endpoint's policy say (see `classify`), and the result where nothing is known better
 */
export type ReadAnswer = (answer: Answer, general: Outcome) => Outcome;

/** `target.ts`: what belongs to an endpoint of the kind, and what leaves for it. */
export interface Target {
  /** Who knows the URL may post: it is kept sealed and shown masked. */
  hasSecretUrl: boolean;
  /** Where to send when the endpoint names no URL. */
  defaultUrl?: string;
  /** Whether the endpoint has a routing key: it must, or it must not. */
  hasRoutingKey: boolean;
  /**
   * The very text to send.
   *
   * @param stored what `RenderMessage` gave
   * @param routingKey the endpoint's, opened for this attempt; null where the kind has none
   */
  bodyToSend(stored: string, routingKey: string | null): string;
}

/** One kind of receiver. Pure: nothing here sends, stores or opens anything. */
export interface Channel {
  kind: ChannelKind;
  renderMessage: RenderMessage;
  readAnswer: ReadAnswer;
  target: Target;
}
