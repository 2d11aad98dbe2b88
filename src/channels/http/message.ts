import { renderHttpBody } from '../../domain/alert-body.ts';
import type { RenderMessage } from '../channel.ts';

/** The contract's CloudEvent. */
export const renderMessage: RenderMessage = (alert, { namespace, deliveryId, publicUrl }) =>
  renderHttpBody(alert, namespace, deliveryId, publicUrl);
