import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../kit/failure.tsx';
import { BacktestResult } from './backtest-result.tsx';
import type { Json } from './draft.ts';
import { type Backtest, tryRule } from './queries.ts';

const MOST = 1_000;

/** Tries the rule, as it stands in the form, on stored events. What is shown is what the service has decided. */
export function BacktestPanel({ draft }: { draft: Json }) {
  const [last, setLast] = useState(MOST);
  const work = useMutation({
    mutationFn: async (tried: Json) => ({ tried, result: (await tryRule(tried, undefined, { last })) as Backtest }),
  });
  const isStale = work.data !== undefined && JSON.stringify(work.data.tried) !== JSON.stringify(draft);
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="xs">
        <NumberInput
          label="Newest stored events"
          min={1}
          max={MOST}
          allowDecimal={false}
          clampBehavior="strict"
          value={last}
          onChange={(next) => setLast(Math.max(1, Number(next) || 1))}
          w={180}
        />
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={work.isPending}
          onClick={() => work.mutate(draft)}
        >
          Try on stored events
        </Button>
      </Group>
      {work.error && <Failure error={work.error} title="The rule could not be tried" />}
      {work.data && (
        <>
          {isStale && (
            <Text size="sm" role="status">
              The rule has been changed since: this is how it was before. Try it again.
            </Text>
          )}
          <BacktestResult result={work.data.result} />
        </>
      )}
    </Stack>
  );
}
