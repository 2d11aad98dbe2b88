import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Refusal } from '../../kit/confirm.tsx';
import { fieldError } from '../../kit/field-error.ts';
import { NotAllowed } from '../../kit/not-allowed.tsx';
import { useMay } from '../../kit/use-session.ts';

/** Only a service on this very machine may have the inbox of `npm start`. */
const IS_LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

/** The first step: an endpoint of kind `http`. @param onSecret told the signing secret, which no later answer has */
export function EndpointStep({ onSecret }: { onSecret: (secret: string) => void }) {
  const client = useQueryClient();
  const may = useMay();
  const [name, setName] = useState('My first endpoint');
  const [url, setUrl] = useState('');
  const work = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/v1/webhooks', {
          body: {
            name,
            target_url: url,
            kind: 'http',
            headers: {},
            is_active: true,
            retry_policy: null,
            rate_limit: null,
            description: null,
          },
        }),
      ),
    async onSuccess({ secret }) {
      onSecret(secret);
      await client.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  if (!may('webhooks:write')) return <NotAllowed what="Making an endpoint is" scope="webhooks:write" />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    work.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={560}>
        <Text size="sm">
          A webhook endpoint is where alerts are sent: a URL of yours that takes a POST. For Slack, PagerDuty, Discord
          or Teams use{' '}
          <Anchor inherit underline="always" renderRoot={(props) => <Link to="/webhooks/new" {...props} />}>
            the full form
          </Anchor>
          .
        </Text>
        <TextInput
          label="URL"
          type="url"
          required
          withAsterisk={false}
          placeholder="https://example.com/hooks/alerts"
          value={url}
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
          error={fieldError(work.error, 'target_url')}
        />
        {IS_LOCAL && (
          <Group gap="xs">
            <Text size="sm" flex={1}>
              No receiver at hand? After <code>npm start</code> the service has an inbox, which prints what arrives.
            </Text>
            <Button variant="default" size="xs" onClick={() => setUrl(`${location.origin}/inbox`)}>
              Use the inbox
            </Button>
          </Group>
        )}
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(work.error, 'name')}
        />
        {work.isError && <Refusal error={work.error} />}
        <Button type="submit" loading={work.isPending} style={{ alignSelf: 'flex-start' }}>
          Create the endpoint
        </Button>
      </Stack>
    </form>
  );
}
