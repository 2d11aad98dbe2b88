import { Anchor, Paper, SimpleGrid } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fact } from '../../kit/fact.tsx';
import { Time } from '../../kit/time.tsx';
import { WorkflowLink } from '../../kit/workflow-link.tsx';
import type { DeliveryDetail } from './queries.ts';
import { hasAlertPage } from './request-of.ts';

/** What a test-send has in place of a rule. */
const NO_RULE = `ar_${'0'.repeat(26)}`;

/** What the delivery belongs to, with the way there, and its times. */
export function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { event_id, event_source, rule_id, rule_name, rule_revision, endpoint_id, endpoint_name, alert_id } = delivery;
  return (
    <Paper withBorder p="md" mb="lg" component="section" aria-label="What it belongs to">
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, lg: 4 }} spacing="md" verticalSpacing="sm" m={0}>
        <Fact name="Event">
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/events/$id" params={{ id: event_id }} search={{ source: event_source }} {...props} />
            )}
          >
            {event_id}
          </Anchor>
        </Fact>
        <Fact name="Rule">
          {rule_id === NO_RULE ? (
            'None: it is a test-send'
          ) : (
            <>
              <Anchor size="sm" renderRoot={(props) => <Link to="/rules/$id" params={{ id: rule_id }} {...props} />}>
                {rule_name}
              </Anchor>
              , revision {rule_revision}
            </>
          )}
        </Fact>
        <Fact name="Endpoint">
          {delivery.request === null ? (
            `${endpoint_name} (deleted)`
          ) : (
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/webhooks/$id" params={{ id: endpoint_id }} {...props} />}
            >
              {endpoint_name}
            </Anchor>
          )}
        </Fact>
        <Fact name="Alert">
          {hasAlertPage(delivery.body) ? (
            <Anchor size="sm" renderRoot={(props) => <Link to="/alerts/$id" params={{ id: alert_id }} {...props} />}>
              {alert_id}
            </Anchor>
          ) : (
            alert_id
          )}
        </Fact>
        <Fact name="Made">
          <Time at={delivery.created_at} isExact />
        </Fact>
        <Fact name="Ended">
          <Time at={delivery.completed_at} isExact />
        </Fact>
        <Fact name="Attempts">
          {delivery.attempt_count}
          {delivery.round > 1 && `, in ${delivery.round} rounds`}
        </Fact>
        <Fact name="Workflow">
          <WorkflowLink workflow={delivery.workflow} />
        </Fact>
      </SimpleGrid>
    </Paper>
  );
}
