import type { components } from '@exosphere/alerts/openapi';
import { Button, Group, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Failure } from '../../kit/failure.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { SecretOnce } from '../../kit/secret-once.tsx';
import { Unsaved } from '../../kit/unsaved.tsx';
import { creationOf, emptyForm, type WebhookForm } from './form-values.ts';
import { KindHelp } from './kind-help.tsx';
import { KIND_OPTIONS } from './kinds.ts';
import { shownSecretQuery, webhookQuery } from './queries.ts';
import { secretAdvice } from './secret-advice.ts';
import { useSaving } from './use-saving.ts';
import { WebhookFields } from './webhook-fields.tsx';

type Created = components['schemas']['WebhookCreated'];

/** Makes a webhook; its signing secret is shown once, before the page of the webhook is. */
export default function NewWebhookPage() {
  const form = useForm<WebhookForm>({ initialValues: emptyForm() });
  const [created, setCreated] = useState<Created>();
  const { submit, isSaving, failure } = useSaving(form, create, setCreated);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { kind } = form.getValues();
  const goOn = ({ secret, ...webhook }: Created) => {
    client.setQueryData(shownSecretQuery(webhook.id).queryKey, secret);
    client.setQueryData(webhookQuery(webhook.id).queryKey, webhook);
    void client.invalidateQueries({ queryKey: ['webhooks'] });
    void navigate({ to: '/webhooks/$id', params: { id: webhook.id }, ignoreBlocker: true });
  };
  return (
    <>
      <PageHeader title="New webhook" lead="Where alerts are to be sent to." />
      <Unsaved isChanged={created === undefined && form.isDirty()} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md" maw={860}>
          <Radio.Group
            label="Kind"
            description="What the receiver is. It cannot be changed later."
            value={kind}
            onChange={(next) => form.setFieldValue('kind', next as WebhookForm['kind'])}
          >
            <Group mt="xs" gap="md">
              {KIND_OPTIONS.map(({ value, label }) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          <KindHelp kind={kind} />
          <WebhookFields form={form} isStored={false} />
          {failure && <Failure error={failure} title="The webhook was not made" />}
          <Group gap="xs">
            <Button type="submit" loading={isSaving}>
              Create the webhook
            </Button>
            <Button variant="default" renderRoot={(props) => <Link to="/webhooks" {...props} />}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
      <SecretOnce
        title={`The signing secret of “${created?.name ?? ''}”`}
        secret={created?.secret}
        onClose={() => created && goOn(created)}
      >
        {secretAdvice(kind)}
      </SecretOnce>
    </>
  );
}

const create = (values: WebhookForm): Promise<Created> =>
  dataOf(api.POST('/v1/webhooks', { body: creationOf(values) as components['schemas']['WebhookCreate'] }));
