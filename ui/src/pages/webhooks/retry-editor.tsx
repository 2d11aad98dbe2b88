import { Fieldset, NumberInput, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { WebhookForm } from './form-values.ts';
import { DEFAULTS, type RetryForm } from './retry-form.ts';
import { RetryMore } from './retry-more.tsx';
import { Waits } from './waits.tsx';

const MODES = [
  { value: 'default', label: 'Defaults' },
  { value: 'exponential', label: 'Growing waits' },
  { value: 'schedule', label: 'Schedule' },
];
/** Room for the three modes beside each other only where there is some. */
const COLUMNS = { base: 1, xs: 2, md: 4 };

/** When a failed delivery is tried again, with what that means in times. */
export function RetryEditor({ form }: { form: UseFormReturnType<WebhookForm> }) {
  const { retry_policy } = form.getValues();
  const { mode } = retry_policy;
  return (
    <Fieldset legend="Retries">
      <Stack gap="sm">
        <SegmentedControl
          aria-label="How waits are chosen"
          data={MODES}
          value={mode}
          onChange={(next) => form.setFieldValue('retry_policy.mode', next as RetryForm['mode'])}
          style={{ alignSelf: 'flex-start' }}
        />
        {mode === 'exponential' && (
          <SimpleGrid cols={COLUMNS} spacing="sm">
            <TextInput
              label="First wait"
              placeholder={DEFAULTS.initial_interval}
              {...form.getInputProps('retry_policy.initial_interval')}
            />
            <NumberInput
              label="Growth factor"
              placeholder={String(DEFAULTS.backoff_coefficient)}
              min={1}
              max={10}
              {...form.getInputProps('retry_policy.backoff_coefficient')}
            />
            <TextInput
              label="No wait longer than"
              placeholder={DEFAULTS.maximum_interval}
              {...form.getInputProps('retry_policy.maximum_interval')}
            />
            <NumberInput
              label="Attempts, the first too"
              placeholder={String(DEFAULTS.maximum_attempts)}
              min={1}
              max={30}
              allowDecimal={false}
              {...form.getInputProps('retry_policy.maximum_attempts')}
            />
          </SimpleGrid>
        )}
        {mode === 'schedule' && (
          <TextInput
            label="Waits, with commas between"
            description="Each from 1s to 24h: a whole number and s, m or h. One more attempt than there are waits."
            placeholder="5s, 5m, 30m"
            {...form.getInputProps('retry_policy.schedule')}
          />
        )}
        {mode !== 'default' && <RetryMore form={form} />}
        {mode === 'default' && (
          <Text size="sm" c="dimmed">
            The service’s own policy; a rule can have another.
          </Text>
        )}
        <Waits form={retry_policy} />
      </Stack>
    </Fieldset>
  );
}
