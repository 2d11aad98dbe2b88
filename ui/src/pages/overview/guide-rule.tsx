import type { components } from '@exosphere/alerts/openapi';
import { Anchor, Button, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import type { Webhook } from '../../api/queries.ts';
import { Refusal } from '../../kit/confirm.tsx';
import { NotAllowed } from '../../kit/not-allowed.tsx';
import { useMay } from '../../kit/use-session.ts';
import { simplePresets } from './first-steps.ts';
import { presetsQuery } from './queries.ts';

type RuleBody = components['schemas']['AlertRuleCreate'];

/** The second step: a rule from a preset that a single event makes fire. @param endpoints newest first */
export function RuleStep({ endpoints }: { endpoints: Webhook[] }) {
  const client = useQueryClient();
  const may = useMay();
  const presets = simplePresets(useQuery(presetsQuery).data?.items ?? []);
  const [presetId, setPresetId] = useState<string | null>(null);
  const [endpointId, setEndpointId] = useState<string | null>(null);
  const preset = presets.find(({ id }) => id === presetId) ?? presets[0];
  const endpoint = endpointId ?? endpoints[0]?.id;
  const work = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/v1/alert-rules', {
          // A preset is all of a body but whom to tell.
          body: { ...preset?.rule, webhook_endpoint_ids: [endpoint] } as unknown as RuleBody,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['rules'] }),
  });
  if (!may('rules:write')) return <NotAllowed what="Making a rule is" scope="rules:write" />;
  return (
    <Stack gap="sm" maw={560}>
      <Text size="sm">
        A rule says which events make an alert. Begin with a ready one; conditions, counts and the like are in{' '}
        <Anchor inherit underline="always" renderRoot={(props) => <Link to="/rules/new" {...props} />}>
          the full form
        </Anchor>
        .
      </Text>
      <Select
        label="Alert me when"
        allowDeselect={false}
        data={presets.map(({ id, title }) => ({ value: id, label: title }))}
        value={preset?.id ?? null}
        onChange={setPresetId}
        description={preset?.description}
      />
      {endpoints.length > 1 && (
        <Select
          label="Send it to"
          allowDeselect={false}
          data={endpoints.map(({ id, name }) => ({ value: id, label: name }))}
          value={endpoint ?? null}
          onChange={setEndpointId}
        />
      )}
      {work.isError && <Refusal error={work.error} />}
      <Button
        loading={work.isPending}
        disabled={preset === undefined}
        onClick={() => work.mutate()}
        style={{ alignSelf: 'flex-start' }}
      >
        Create the rule
      </Button>
    </Stack>
  );
}
