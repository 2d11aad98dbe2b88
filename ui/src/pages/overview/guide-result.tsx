import { Anchor, Group, Loader, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertRule, Delivery } from '../../api/queries.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';
import type { FirstSteps } from './first-steps.ts';
import { EventStep } from './guide-event.tsx';
import { eventQuery } from './queries.ts';

interface ResultStepProps {
  delivery: Delivery | undefined;
  event: FirstSteps['event'];
  rule: AlertRule | undefined;
}

/** The last step: what the receiver answered; or why nothing was sent, and the way to try again. */
export function ResultStep({ delivery, event, rule }: ResultStepProps) {
  if (delivery === undefined) return event && <NothingSent event={event} rule={rule} />;
  const { id, status, endpoint_name, last_status_code, last_error, reason } = delivery;
  const answer = last_status_code === null ? (last_error ?? reason) : `HTTP ${last_status_code}`;
  const isDelivered = status === 'succeeded';
  return (
    <Stack gap="sm">
      <Group gap="xs" role="status">
        {isDelivered ? (
          <IconCircleCheck color="var(--mantine-color-teal-7)" aria-hidden />
        ) : (
          (status === 'pending' || status === 'retrying') && <Loader size="xs" aria-hidden />
        )}
        <StatusBadge status={status} />
        <Text>
          {endpoint_name}
          {answer && (isDelivered ? ` answered ${answer}.` : `: ${answer}`)}
        </Text>
        <Anchor renderRoot={(props) => <Link to="/deliveries/$id" params={{ id }} {...props} />}>
          See what was sent and answered
        </Anchor>
      </Group>
      <Text size="sm" maw={640}>
        {isDelivered
          ? 'The way from an event to its receiver works. From now on events come from your platform; this page shows what becomes of them.'
          : 'It is tried again by itself as the endpoint’s retry policy says. Is it the URL? Change it under “Webhooks”, or send another event.'}
      </Text>
      {!isDelivered && <EventStep rule={rule} verb="Send another" />}
    </Stack>
  );
}

/** An event that led to nothing has its reason: the rules' decisions, once it is recorded. */
function NothingSent({ event, rule }: { event: NonNullable<FirstSteps['event']>; rule: AlertRule | undefined }) {
  const { data } = useQuery(eventQuery(event.id, event.source));
  const isDecided = data !== undefined && !data.decisions.some(({ outcome }) => outcome === 'matched');
  return (
    <Stack gap="sm">
      <Group gap="xs" role="status">
        {!isDecided && <Loader size="xs" aria-hidden />}
        <Text>
          {isDecided
            ? `No rule fired for the event ${event.type}: it may have come before the rule.`
            : 'The event has arrived; the alert is on its way.'}
        </Text>
        <Anchor
          renderRoot={(props) => (
            <Link to="/events/$id" params={{ id: event.id }} search={{ source: event.source }} {...props} />
          )}
        >
          See the event
        </Anchor>
      </Group>
      {isDecided && <EventStep rule={rule} verb="Send another" />}
    </Stack>
  );
}
