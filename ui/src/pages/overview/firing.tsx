import type { components } from '@exosphere/alerts/openapi';
import { Anchor, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Failure } from '../../kit/failure.tsx';
import { heldText } from '../../kit/held-reason.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { firingQuery } from './queries.ts';
import { Section } from './section.tsx';

/** The alerts that fire now, the latest first: what whoever is on call came for. @param count of all, once it is known */
export function Firing({ count }: { count: number | undefined }) {
  const query = useQuery(firingQuery);
  const { data, error } = query;
  return (
    <Section title="Firing now">
      {error !== null && <Failure error={error} onRetry={() => void query.refetch()} />}
      {data === undefined && error === null && <Skeleton height={58} />}
      {data?.items.length === 0 && (
        <Paper withBorder p="md">
          <Group gap="xs" wrap="nowrap">
            <IconCircleCheck color="var(--mantine-color-teal-7)" aria-hidden />
            <Text>Nothing is firing.</Text>
          </Group>
        </Paper>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Paper withBorder p="md">
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Alerts that fire now">
            {data.items.map((alert) => (
              <FiringAlert key={alert.id} alert={alert} />
            ))}
          </Stack>
          {(data.next_cursor !== null || (count ?? 0) > data.items.length) && (
            <Anchor
              mt="sm"
              display="block"
              size="sm"
              renderRoot={(props) => <Link to="/alerts" search={{ status: 'firing' }} {...props} />}
            >
              {count === undefined ? 'All that fire' : `All ${count} that fire`}
            </Anchor>
          )}
        </Paper>
      )}
    </Section>
  );
}

function FiringAlert({ alert }: { alert: components['schemas']['Alert'] }) {
  const { id, severity, summary, rule_name, key, fired_at, held_reason } = alert;
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <StatusBadge status={severity} />
      <Stack gap={0} miw={0}>
        <Anchor renderRoot={(props) => <Link to="/alerts/$id" params={{ id }} {...props} />} fw={600}>
          {summary}
        </Anchor>
        <Text size="sm" c="dimmed">
          {rule_name}
          {key !== '' && ` · ${key}`} · since <Time at={fired_at} />
        </Text>
        {held_reason !== null && <Text size="sm">Nobody was told. {heldText(held_reason)}</Text>}
      </Stack>
    </Group>
  );
}
