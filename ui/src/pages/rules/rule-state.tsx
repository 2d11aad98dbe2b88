import { Alert, Anchor, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertRule } from '../../api/queries.ts';
import { Failure } from '../../kit/failure.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { firingQuery, latestQuery } from './queries.ts';

const MOST_NAMED = 5;

/** How a rule does: what is wrong with it, what fires now, and its newest deliveries. */
export function RuleState({ rule: { id, health, health_message } }: { rule: AlertRule }) {
  const [firingRead, latestRead] = [useQuery(firingQuery(id)), useQuery(latestQuery(id))];
  const [firing, latest] = [firingRead.data, latestRead.data];
  const alerts = firing?.items ?? [];
  return (
    <Stack gap="md">
      {health === 'degraded' && (
        <Alert role="alert" variant="default" title="The rule is degraded">
          <Text size="sm">{health_message}</Text>
          <Text size="sm">
            Events that it fails on do not match. Change what the rule means, and it is judged anew.
          </Text>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper withBorder p="md" component="section" aria-label="Firing now">
          <Title order={2} size="h4">
            Firing now:{' '}
            {firing === undefined ? '…' : `${alerts.length}${firing.next_cursor === null ? '' : ' or more'}`}
          </Title>
          <List size="sm" mt="xs">
            {alerts.slice(0, MOST_NAMED).map((alert) => (
              <List.Item key={alert.id}>
                <Anchor
                  size="sm"
                  renderRoot={(props) => <Link to="/alerts/$id" params={{ id: alert.id }} {...props} />}
                >
                  {alert.key || alert.id}
                </Anchor>{' '}
                since <Time at={alert.started_at} />
              </List.Item>
            ))}
            {alerts.length > MOST_NAMED && <List.Item>and {alerts.length - MOST_NAMED} more</List.Item>}
          </List>
          {firingRead.error && <Failure error={firingRead.error} onRetry={() => void firingRead.refetch()} />}
          {firing !== undefined && alerts.length === 0 && <Text size="sm">Nothing fires.</Text>}
        </Paper>
        <Paper withBorder p="md" component="section" aria-label="Latest deliveries">
          <Group justify="space-between">
            <Title order={2} size="h4">
              Latest deliveries
            </Title>
            <Anchor size="sm" renderRoot={(props) => <Link to="/deliveries" search={{ rule: id }} {...props} />}>
              All of this rule
            </Anchor>
          </Group>
          {latestRead.error && <Failure error={latestRead.error} onRetry={() => void latestRead.refetch()} />}
          <Stack gap={4} mt="xs">
            {latest?.items.map((delivery) => (
              <Group key={delivery.id} gap="xs">
                <StatusBadge status={delivery.status} />
                <Anchor
                  size="sm"
                  renderRoot={(props) => <Link to="/deliveries/$id" params={{ id: delivery.id }} {...props} />}
                >
                  {delivery.endpoint_name}
                </Anchor>
                <Text size="sm" component="span">
                  <Time at={delivery.created_at} />
                </Text>
              </Group>
            ))}
            {latest?.items.length === 0 && <Text size="sm">None yet.</Text>}
          </Stack>
        </Paper>
      </SimpleGrid>
    </Stack>
  );
}
