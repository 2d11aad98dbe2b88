import { Anchor, List, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { deliveryWhy, heldText } from '../../kit/held-reason.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';
import type { Decision, EventDetail } from './queries.ts';
import { decisionText } from './why.ts';

/** What each rule decided of an event and why, with what became of it at each endpoint. */
export function Decisions({ event }: { event: EventDetail }) {
  const { decisions } = event;
  return (
    <section aria-labelledby="decisions">
      <Title order={2} id="decisions" mb="sm">
        What each rule decided
      </Title>
      {decisions.length === 0 && <Text size="sm">No rule watches this event type.</Text>}
      <Stack gap="sm">
        {decisions.map((decision) => (
          <DecisionCard key={decision.rule_id} decision={decision} event={event} />
        ))}
      </Stack>
    </section>
  );
}

function DecisionCard({ decision, event }: { decision: Decision; event: EventDetail }) {
  const { rule_id, rule_name, revision } = decision;
  const deliveries = event.deliveries.filter((one) => one.rule_id === rule_id);
  const shown = new Set(deliveries.map(({ id }) => id));
  const held = event.suppressions.filter((one) => one.rule_id === rule_id && !shown.has(one.delivery_id));
  return (
    <Paper withBorder p="sm" component="article" aria-label={`Rule ${rule_name}`}>
      <Text size="sm">
        <Anchor size="sm" fw={600} renderRoot={(props) => <Link to="/rules/$id" params={{ id: rule_id }} {...props} />}>
          {rule_name}
        </Anchor>
        , revision {revision}
      </Text>
      <Text size="sm">{decisionText(decision)}</Text>
      {(deliveries.length > 0 || held.length > 0) && (
        <List size="sm" mt={4} aria-label={`Deliveries of ${rule_name}`}>
          {deliveries.map(({ id, endpoint_name, status, reason }) => (
            <List.Item key={id}>
              <DeliveryLink id={id} name={`To ${endpoint_name}`} /> <StatusBadge status={status} />{' '}
              {deliveryWhy(status, reason)}
            </List.Item>
          ))}
          {held.map(({ delivery_id, reason }) => (
            <List.Item key={delivery_id}>
              <DeliveryLink id={delivery_id} name="A delivery" /> {heldText(reason)}
            </List.Item>
          ))}
        </List>
      )}
      {deliveries.length > 0 && (
        <Anchor size="sm" renderRoot={(props) => <Link to="/alerts" search={{ rule: rule_id }} {...props} />}>
          Alerts of this rule
        </Anchor>
      )}
    </Paper>
  );
}

function DeliveryLink({ id, name }: { id: string; name: string }) {
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/deliveries/$id" params={{ id }} {...props} />}>
      {name}
    </Anchor>
  );
}
