import type { Webhook } from '../../api/queries.ts';

/** What a signing secret is for, where it is shown. */
export const secretAdvice = (kind: Webhook['kind']): string =>
  kind === 'http'
    ? 'Every request is signed with it. Put it into your receiver’s configuration: the tab “Verify” has the code.'
    : 'Every request is signed with it. This service does not check signatures: keep it only if something of yours in between does.';
