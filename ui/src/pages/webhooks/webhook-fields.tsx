import { Fieldset, NumberInput, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { RetryEditor } from '../../kit/retry-editor.tsx';
import type { WebhookForm } from './form-values.ts';
import { HeadersEditor } from './headers-editor.tsx';
import { KIND_HELP } from './kinds.ts';

interface WebhookFieldsProps {
  form: UseFormReturnType<WebhookForm>;
  /** An endpoint that is there already: what is sealed of it stays where it is left alone. */
  isStored: boolean;
}

/** What a person may say of an endpoint, the same at creation and afterwards. */
export function WebhookFields({ form, isStored }: WebhookFieldsProps) {
  const { kind } = form.getValues();
  const { urlLabel, placeholder } = KIND_HELP[kind];
  const isMasked = isStored && kind !== 'http';
  return (
    <Stack gap="md">
      <TextInput
        label="Name"
        description="One that people know it by; no two webhooks have the same"
        required
        autoComplete="off"
        maw={480}
        {...form.getInputProps('name')}
      />
      {kind === 'pagerduty' && (
        <PasswordInput
          label="Integration key"
          description={
            isStored ? 'Stored and never shown. Leave it empty to keep it.' : 'The 32 characters of Events API V2'
          }
          required={!isStored}
          autoComplete="off"
          maw={480}
          {...form.getInputProps('routing_key')}
        />
      )}
      <TextInput
        label={urlLabel}
        description={
          isMasked ? 'Shown by its end alone. Leave it as it is, or put the whole new URL in its place.' : undefined
        }
        placeholder={placeholder}
        required={kind !== 'pagerduty'}
        type="url"
        autoComplete="off"
        {...form.getInputProps('target_url')}
      />
      <Textarea
        label="Description"
        description="For colleagues: whose receiver it is, what it does"
        autosize
        minRows={2}
        {...form.getInputProps('description')}
      />
      <HeadersEditor form={form} />
      <RetryEditor
        value={form.getValues().retry_policy}
        bind={(path) => form.getInputProps(`retry_policy.${path}`)}
        set={(path, value) => form.setFieldValue(`retry_policy.${path}`, value as never)}
        otherwise={{ label: 'Defaults', text: 'The service’s own policy; a rule can have another.' }}
      />
      <Fieldset legend="Rate limit">
        <NumberInput
          label="Requests a second, at most"
          description="What is more waits for its turn. Empty: no limit"
          placeholder="no limit"
          min={0.1}
          max={1_000}
          maw={360}
          {...form.getInputProps('rate_limit.per_second')}
        />
      </Fieldset>
      {!isStored && (
        <Fieldset legend="Signing secret">
          <PasswordInput
            label="Your own secret"
            description="whsec_ and base64 of 24 to 64 bytes. Empty: one is made and shown once"
            placeholder="whsec_…"
            autoComplete="off"
            maw={480}
            {...form.getInputProps('secret')}
          />
        </Fieldset>
      )}
    </Stack>
  );
}
