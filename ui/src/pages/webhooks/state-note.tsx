import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Webhook } from '../../api/queries.ts';
import { countText } from './count-text.ts';
import { waitingQuery } from './queries.ts';

/** Why nothing, or little, gets through to a webhook, and what to do about it. Nothing where all is well. */
export function StateNote({ webhook }: { webhook: Webhook }) {
  const { id, is_active, health, disabled_reason } = webhook;
  const isWell = is_active && health === 'healthy';
  const waiting = useQuery({ ...waitingQuery(id), enabled: !isWell || health !== 'healthy' });
  if (isWell) return null;
  const letters = waiting.data;
  return (
    <Alert
      variant="default"
      icon={
        is_active ? (
          <IconAlertTriangle color="var(--mantine-color-error)" aria-hidden />
        ) : (
          <IconInfoCircle aria-hidden />
        )
      }
      title={titleOf(webhook)}
    >
      <Stack gap="xs">
        {disabled_reason !== null && <Text size="sm">{disabled_reason}</Text>}
        <Text size="sm">{adviceOf(webhook)}</Text>
        {letters !== undefined && letters.deadLetters > 0 && (
          <Anchor size="sm" renderRoot={(props) => <Link to="/dead-letters" search={{ endpoint: id }} {...props} />}>
            {countText(letters.deadLetters, letters.moreDeadLetters, 'dead letter')} for this webhook
          </Anchor>
        )}
      </Stack>
    </Alert>
  );
}

function titleOf({ is_active, health }: Webhook): string {
  if (!is_active) return 'Switched off';
  return health === 'disabled' ? 'Disabled by the service' : 'Failing';
}

function adviceOf({ is_active, health }: Webhook): string {
  if (!is_active) return 'Its alerts are skipped. Send a test, then switch it on.';
  if (health === 'disabled') {
    return 'What is meant for it becomes dead letters; nothing is lost. Mend the receiver, send a test until it succeeds, enable the webhook, then retry its dead letters.';
  }
  return 'The last deliveries were all given up. See what the receiver answers; after more of them the service disables the webhook.';
}
