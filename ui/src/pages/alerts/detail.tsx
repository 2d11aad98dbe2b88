import { Anchor, Button, List, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { Fact } from '../../kit/fact.tsx';
import { Failure } from '../../kit/failure.tsx';
import { deliveryWhy, heldText } from '../../kit/held-reason.ts';
import { PageHeader } from '../../kit/page-header.tsx';
import { SkeletonRows } from '../../kit/skeleton-rows.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { useMay } from '../../kit/use-session.ts';
import { type AlertDetail as Alert, alertQuery, sinceOf, toldQuery } from './queries.ts';

const route = getRouteApi('/alerts/$id');

/** One alert: its state and since when, why, who was told, and the way to silence it. */
export default function AlertPage() {
  const { id } = route.useParams();
  useLive('alerts', 'deliveries');
  const mayWrite = useMay()('rules:write');
  const query = useQuery(alertQuery(id));
  const alert = query.data;
  if (alert === undefined) {
    return (
      <>
        <PageHeader title="Alert" lead={id} />
        {query.isPending ? (
          <SkeletonRows count={6} />
        ) : (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={alert.summary || 'Alert'}
        lead={id}
        actions={
          mayWrite && (
            <Button renderRoot={(props) => <Link to="/silences" search={{ new_for: alert.rule_id }} {...props} />}>
              Silence its rule
            </Button>
          )
        }
      />
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      <Facts alert={alert} />
      <Told alert={alert} />
    </>
  );
}

function Facts({ alert }: { alert: Alert }) {
  const { status, severity, key, value, threshold, rule_id, rule_name, rule_revision } = alert;
  const { event_id, event_type, event_source } = alert;
  return (
    <Paper withBorder p="md" mb="lg" component="section" aria-label="State of the alert">
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, lg: 4 }} spacing="md" m={0}>
        <Fact name="State">
          <StatusBadge status={status} /> <StatusBadge status={severity} />
        </Fact>
        <Fact name="Began">
          <Time at={alert.started_at} isExact />
        </Fact>
        <Fact name="Fired">
          <Time at={alert.fired_at} isExact />
        </Fact>
        <Fact name="Resolved">
          <Time at={alert.resolved_at} isExact /> {alert.resolve_reason}
        </Fact>
        <Fact name="Value / threshold">
          {value ?? '–'} / {threshold ?? '–'}
        </Fact>
        <Fact name="Key">{key || '–'}</Fact>
        <Fact name="Rule">
          <Anchor size="sm" renderRoot={(props) => <Link to="/rules/$id" params={{ id: rule_id }} {...props} />}>
            {rule_name}
          </Anchor>
          , revision {rule_revision}
        </Fact>
        <Fact name="Caused by">
          {event_id === null ? (
            'The absence of an event'
          ) : (
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  to="/events/$id"
                  params={{ id: event_id }}
                  search={event_source === null ? {} : { source: event_source }}
                  {...props}
                />
              )}
            >
              {event_type} {event_id}
            </Anchor>
          )}
        </Fact>
      </SimpleGrid>
      {alert.held_reason !== null && (
        <Text size="sm" mt="sm">
          Nobody was told. {heldText(alert.held_reason)}
        </Text>
      )}
    </Paper>
  );
}

function Told({ alert }: { alert: Alert }) {
  const query = useQuery(toldQuery(alert));
  return (
    <section aria-labelledby="told">
      <Title order={2} id="told" mb="sm">
        Who was told
      </Title>
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Text size="sm">Nobody: no delivery was made of it.</Text>}
      <List size="sm">
        {query.data?.items.map(({ id, endpoint_name, status, reason, created_at }) => (
          <List.Item key={id}>
            <Anchor size="sm" renderRoot={(props) => <Link to="/deliveries/$id" params={{ id }} {...props} />}>
              {endpoint_name}
            </Anchor>{' '}
            <StatusBadge status={status} /> <Time at={created_at} /> {deliveryWhy(status, reason)}
          </List.Item>
        ))}
      </List>
      {query.data && query.data.next_cursor !== null && (
        <Text size="sm" c="dimmed">
          These are the latest;{' '}
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/deliveries" search={{ rule: alert.rule_id, since: sinceOf(alert) }} {...props} />
            )}
          >
            all deliveries of its rule since then
          </Anchor>{' '}
          are in the list.
        </Text>
      )}
    </section>
  );
}
