import { Button, Collapse, NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { RetryPart } from './retry-editor.tsx';
import { DEFAULTS } from './retry-form.ts';

const FIELDS = [
  'maximum_elapsed',
  'jitter',
  'timeout.connect',
  'timeout.request',
  'maximum_retry_after',
  'retry_on',
  'never_retry',
];

/** What few people change of a retry policy. Open where something is wrong in it. */
export function RetryMore({ value, bind, set }: RetryPart) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const isShown = isOpen || FIELDS.some((path) => bind(path).error);
  const { respect_retry_after } = value;
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
              {...bind('maximum_elapsed')}
            />
            <NumberInput
              label="Share by which waits vary"
              placeholder={String(DEFAULTS.jitter)}
              min={0}
              max={0.5}
              step={0.1}
              {...bind('jitter')}
            />
            <TextInput label="Time to connect" placeholder={DEFAULTS.timeout.connect} {...bind('timeout.connect')} />
            <TextInput
              label="Time for an attempt"
              placeholder={DEFAULTS.timeout.request}
              {...bind('timeout.request')}
            />
            <TextInput
              label="Longest Retry-After"
              placeholder={DEFAULTS.maximum_retry_after}
              {...bind('maximum_retry_after')}
            />
          </SimpleGrid>
          <Switch
            label="Wait as long as Retry-After of a 429 or 503 asks"
            checked={respect_retry_after ?? DEFAULTS.respect_retry_after}
            onChange={({ currentTarget }) => set('respect_retry_after', currentTarget.checked)}
          />
          <TextInput
            label="Failures that are retried"
            description="3xx, 4xx, 5xx, a status code, timeout, network, tls; none: nothing is retried"
            placeholder={DEFAULTS.retry_on.join(', ')}
            {...bind('retry_on')}
          />
          <TextInput
            label="Failures that are final"
            placeholder={DEFAULTS.never_retry.join(', ')}
            {...bind('never_retry')}
          />
        </Stack>
      </Collapse>
    </>
  );
}
