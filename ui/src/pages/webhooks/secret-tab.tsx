import type { components } from '@exosphere/alerts/openapi';
import { Button, Code, Group, PasswordInput, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { Webhook } from '../../api/queries.ts';
import { Failure } from '../../kit/failure.tsx';
import { exactTime } from '../../kit/relative-time.ts';
import { SecretOnce } from '../../kit/secret-once.tsx';
import { shownSecretQuery, webhookQuery } from './queries.ts';
import { secretAdvice } from './secret-advice.ts';

/** Seconds for which both secrets sign; the API takes up to a week. */
const GRACES = [
  { value: '0', label: 'None: it has leaked' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '259200', label: '3 days' },
  { value: '604800', label: '1 week' },
];

/** What of the signing secret may be seen, and its exchange for another. */
export function SecretTab({ webhook }: { webhook: Webhook }) {
  const { id, name, kind, secret_hint } = webhook;
  const client = useQueryClient();
  const [grace, setGrace] = useState('86400');
  const [own, setOwn] = useState('');
  const [shown, setShown] = useState<string>();
  const [until, setUntil] = useState<string | null>(null);
  const rotate = useMutation({
    mutationFn: () => {
      const body = { grace_seconds: Number(grace), ...(own.trim() ? { secret: own.trim() } : {}) };
      return dataOf(api.POST('/v1/webhooks/{id}/rotate-secret', { params: { path: { id } }, body }));
    },
    onSuccess({ secret, previous_secret_until, ...rotated }: components['schemas']['WebhookRotated']) {
      client.setQueryData(shownSecretQuery(id).queryKey, secret);
      client.setQueryData(webhookQuery(id).queryKey, rotated);
      setOwn('');
      setShown(secret);
      setUntil(previous_secret_until);
      // It holds the secret.
      rotate.reset();
    },
  });
  const atField =
    rotate.error instanceof ApiProblem ? rotate.error.fields.find(({ path }) => path === 'secret')?.message : undefined;
  return (
    <Stack gap="md" maw={620}>
      <Text size="sm">
        Requests are signed with the secret <Code>{secret_hint}</Code>. It is not shown again; who has lost it rotates
        it.
      </Text>
      {until !== null && (
        <Text size="sm" role="status">
          The secret of before signs too, until {exactTime(until)}.
        </Text>
      )}
      <Title order={2}>Rotate it</Title>
      <Select
        label="How long the old one signs too"
        description="Time to put the new one into your receiver. A rotation within it ends the oldest at once."
        data={GRACES}
        value={grace}
        allowDeselect={false}
        onChange={(next) => setGrace(next ?? '86400')}
      />
      <PasswordInput
        label="Your own new secret"
        description="whsec_ and base64 of 24 to 64 bytes. Empty: one is made"
        placeholder="whsec_…"
        autoComplete="off"
        value={own}
        error={atField}
        onChange={({ currentTarget }) => setOwn(currentTarget.value)}
      />
      {rotate.isError && atField === undefined && <Failure error={rotate.error} title="The secret was not rotated" />}
      <Group>
        <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
          Rotate the secret
        </Button>
      </Group>
      <SecretOnce title={`The new signing secret of “${name}”`} secret={shown} onClose={() => setShown(undefined)}>
        {secretAdvice(kind)}
      </SecretOnce>
    </Stack>
  );
}
