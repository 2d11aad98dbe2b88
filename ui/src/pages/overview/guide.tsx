import { Button, Paper, Skeleton, Stepper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { NARROW } from '../../kit/data-table.tsx';
import { Failure } from '../../kit/failure.tsx';
import { SecretOnce } from '../../kit/secret-once.tsx';
import { firstStepsOf, stepOf } from './first-steps.ts';
import { EndpointStep } from './guide-endpoint.tsx';
import { EventStep } from './guide-event.tsx';
import { ResultStep } from './guide-result.tsx';
import { RuleStep } from './guide-rule.tsx';
import { newestDeliveriesQuery, newestEndpointsQuery, newestEventsQuery, newestRulesQuery } from './queries.ts';
import { Section } from './section.tsx';

/** From nothing to an alert that has arrived, in four steps. How far one is, the API says: a reload changes nothing. */
export function Guide({ onClose }: { onClose: () => void }) {
  const endpoints = useQuery(newestEndpointsQuery);
  const rules = useQuery(newestRulesQuery);
  const events = useQuery(newestEventsQuery);
  const deliveries = useQuery(newestDeliveriesQuery);
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const [secret, setSecret] = useState<string>();
  const failed = [endpoints, rules, events, deliveries].find(({ error }) => error !== null);
  const side = (
    <Button variant="subtle" size="compact-sm" onClick={onClose}>
      Close the first steps
    </Button>
  );
  if (!endpoints.data || !rules.data || !events.data || !deliveries.data) {
    return (
      <Section title="First steps" side={side}>
        {failed ? <Failure error={failed.error} onRetry={() => void failed.refetch()} /> : <Skeleton height={280} />}
      </Section>
    );
  }
  const steps = firstStepsOf({
    endpoints: endpoints.data.items,
    rules: rules.data.items,
    events: events.data.items,
    deliveries: deliveries.data.items,
  });
  const { endpoint, rule, event, delivery } = steps;
  return (
    <Section title="First steps" side={side}>
      <Paper withBorder p="md">
        <Stepper active={stepOf(steps)} size="sm" orientation={isNarrow ? 'vertical' : 'horizontal'} color="teal.9">
          <Stepper.Step label="Where to" description={endpoint?.name ?? 'A webhook endpoint'}>
            <EndpointStep onSecret={setSecret} />
          </Stepper.Step>
          <Stepper.Step label="When" description={rule?.name ?? 'A rule'}>
            <RuleStep endpoints={endpoints.data.items} />
          </Stepper.Step>
          <Stepper.Step label="Try it" description={event?.type ?? 'A sample event'}>
            <EventStep rule={rule} verb="Send it" />
          </Stepper.Step>
          <Stepper.Step label="Delivered" description="The receiver’s answer">
            <ResultStep delivery={delivery} event={event} rule={rule} />
          </Stepper.Step>
          <Stepper.Completed>
            <ResultStep delivery={delivery} event={event} rule={rule} />
          </Stepper.Completed>
        </Stepper>
        <SecretOnce title="The endpoint’s signing secret" secret={secret} onClose={() => setSecret(undefined)}>
          Give it to the receiver, which checks with it that a message comes from here.
        </SecretOnce>
      </Paper>
    </Section>
  );
}
