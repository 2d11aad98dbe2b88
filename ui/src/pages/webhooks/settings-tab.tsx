import type { components } from '@exosphere/alerts/openapi';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import type { Webhook } from '../../api/queries.ts';
import { Failure } from '../../kit/failure.tsx';
import { Unsaved } from '../../kit/unsaved.tsx';
import { changeOf, formOf, type WebhookForm } from './form-values.ts';
import { webhookQuery } from './queries.ts';
import { useSaving } from './use-saving.ts';
import { WebhookFields } from './webhook-fields.tsx';

/** Changes a webhook. Only what was changed is sent: the rest stays as it is, whoever has changed it meanwhile. */
export function SettingsTab({ webhook }: { webhook: Webhook }) {
  const [base, setBase] = useState(webhook);
  const before = useMemo(() => formOf(base), [base]);
  const form = useForm<WebhookForm>({ initialValues: before });
  const client = useQueryClient();
  const values = form.getValues();
  const change = changeOf(before, values);
  const isChanged = Object.keys(change).length > 0;
  const restart = (from: Webhook) => {
    setBase(from);
    form.setValues(formOf(from));
    form.clearErrors();
  };
  const { submit, isSaving, failure } = useSaving(
    form,
    () => {
      const body = change as components['schemas']['WebhookPatch'];
      return dataOf(api.PATCH('/v1/webhooks/{id}', { params: { path: { id: webhook.id } }, body }));
    },
    (saved) => {
      client.setQueryData(webhookQuery(webhook.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      restart(saved);
      notifications.show({ message: 'The changes are saved.' });
    },
  );
  // Nothing of one's own is in the form: it shows what is there now.
  const isBehind = webhook.updated_at !== base.updated_at && !isSaving;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each state of the webhook
  useEffect(() => {
    if (isBehind && !isChanged) restart(webhook);
  }, [isBehind, isChanged, webhook]);
  const theirs = isBehind && isChanged ? Object.keys(changeOf(before, formOf(webhook))) : [];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) submit();
      }}
    >
      <Stack gap="md" maw={860}>
        <Unsaved isChanged={isChanged} />
        {theirs.length > 0 && (
          <Alert role="alert" variant="default" title="Somebody has changed this webhook meanwhile">
            Theirs: {theirs.join(', ')}. What you save goes over that in {Object.keys(change).join(', ')} alone.
          </Alert>
        )}
        <WebhookFields form={form} isStored />
        {failure && <Failure error={failure} title="The changes were not saved" />}
        <Group gap="xs">
          <Button type="submit" loading={isSaving} disabled={!isChanged}>
            Save the changes
          </Button>
          <Button variant="default" disabled={!isChanged} onClick={() => restart(webhook)}>
            Undo them
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {isChanged ? `Changed: ${Object.keys(change).join(', ')}` : 'Nothing is changed.'}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
