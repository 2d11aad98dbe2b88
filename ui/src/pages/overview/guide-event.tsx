import type { components } from '@exosphere/alerts/openapi';
import { Button, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import type { AlertRule } from '../../api/queries.ts';
import { Refusal } from '../../kit/confirm.tsx';
import { Failure } from '../../kit/failure.tsx';
import { Json } from '../../kit/json.tsx';
import { NotAllowed } from '../../kit/not-allowed.tsx';
import { useMay } from '../../kit/use-session.ts';
import { sampleTypeOf } from './first-steps.ts';
import { eventTypeQuery } from './queries.ts';

type ShortEvent = components['schemas']['ShortEvent'];

/** The third step: an event of the type that the rule watches, as the platform would send it. @param verb on the button */
export function EventStep({ rule, verb }: { rule: AlertRule | undefined; verb: string }) {
  const client = useQueryClient();
  const may = useMay();
  const type = sampleTypeOf(rule);
  const known = useQuery(eventTypeQuery(type));
  const sample = known.data?.sample;
  const work = useMutation({
    // It has no id, so that each is another event.
    mutationFn: () => dataOf(api.POST('/v1/events', { body: { ...sample, type } as unknown as ShortEvent })),
    onSuccess: () =>
      Promise.all(['events', 'deliveries'].map((kind) => client.invalidateQueries({ queryKey: [kind] }))),
  });
  if (!may('events:write')) return <NotAllowed what="Sending events is" scope="events:write" />;
  if (known.error !== null) return <Failure error={known.error} onRetry={() => void known.refetch()} />;
  return (
    <Stack gap="sm" maw={560}>
      <Text size="sm">
        This is what your platform will send to <code>POST /v1/events</code>. Send it once from here.
      </Text>
      <Json value={sample ?? {}} label="Copy the sample event" />
      {work.isError && <Refusal error={work.error} />}
      <Button
        loading={work.isPending}
        disabled={sample === undefined}
        onClick={() => work.mutate()}
        style={{ alignSelf: 'flex-start' }}
      >
        {verb}
      </Button>
    </Stack>
  );
}
