import { Button, Collapse, NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { WebhookForm } from './form-values.ts';
import { DEFAULTS } from './retry-form.ts';

const FIELDS = /^retry_policy\.(maximum_elapsed|jitter|timeout|maximum_retry_after|retry_on|never_retry)/;

/** What few people change of a retry policy. Open where something is wrong in it. */
export function RetryMore({ form }: { form: UseFormReturnType<WebhookForm> }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const isShown = isOpen || Object.keys(form.errors).some((path) => FIELDS.test(path));
  const { respect_retry_after } = form.getValues().retry_policy;
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={toggle}
        aria-expanded={isShown}
        rightSection={isShown ? <IconChevronUp size={14} aria-hidden /> : <IconChevronDown size={14} aria-hidden />}
        style={{ alignSelf: 'flex-start' }}
      >
        Limits, timeouts and which failures
      </Button>
      <Collapse expanded={isShown}>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
            <TextInput
              label="No attempt later than"
              placeholder={DEFAULTS.maximum_elapsed}
              {...form.getInputProps('retry_policy.maximum_elapsed')}
            />
            <NumberInput
              label="Share by which waits vary"
              placeholder={String(DEFAULTS.jitter)}
              min={0}
              max={0.5}
              step={0.1}
              {...form.getInputProps('retry_policy.jitter')}
            />
            <TextInput
              label="Time to connect"
              placeholder={DEFAULTS.timeout.connect}
              {...form.getInputProps('retry_policy.timeout.connect')}
            />
            <TextInput
              label="Time for an attempt"
              placeholder={DEFAULTS.timeout.request}
              {...form.getInputProps('retry_policy.timeout.request')}
            />
            <TextInput
              label="Longest Retry-After"
              placeholder={DEFAULTS.maximum_retry_after}
              {...form.getInputProps('retry_policy.maximum_retry_after')}
            />
          </SimpleGrid>
          <Switch
            label="Wait as long as Retry-After of a 429 or 503 asks"
            checked={respect_retry_after ?? DEFAULTS.respect_retry_after}
            onChange={({ currentTarget }) =>
              form.setFieldValue('retry_policy.respect_retry_after', currentTarget.checked)
            }
          />
          <TextInput
            label="Failures that are retried"
            description="3xx, 4xx, 5xx, a status code, timeout, network, tls; none: nothing is retried"
            placeholder={DEFAULTS.retry_on.join(', ')}
            {...form.getInputProps('retry_policy.retry_on')}
          />
          <TextInput
            label="Failures that are final"
            placeholder={DEFAULTS.never_retry.join(', ')}
            {...form.getInputProps('retry_policy.never_retry')}
          />
        </Stack>
      </Collapse>
    </>
  );
}
