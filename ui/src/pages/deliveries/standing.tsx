import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Countdown } from '../../kit/countdown.tsx';
import { waitText } from '../../kit/delivery-reason.ts';
import { exactTime } from '../../kit/relative-time.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';
import type { DeliveryDetail } from './queries.ts';
import { statusText } from './state.ts';

/** The status with its reason in words, what it waits for and until when, and what a person can do about it. */
export function Standing({ delivery, children }: { delivery: DeliveryDetail; children: ReactNode }) {
  const { status, next_attempt_at, waits_for, last_error } = delivery;
  const isTrouble = status === 'retrying' || status === 'dead_lettered' || status === 'discarded';
  return (
    <Paper withBorder p="md" mb="md" component="section" aria-label="Where it stands">
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <StatusBadge status={status} />
          <Stack gap={4} miw={0}>
            <Text size="sm">{statusText(delivery)}</Text>
            {isTrouble && last_error !== null && (
              <Text size="sm" c="dimmed" lineClamp={4}>
                Last error: {last_error}
              </Text>
            )}
            {next_attempt_at !== null && (
              <Text size="sm" component="div">
                Next attempt{' '}
                <Text span fw={600}>
                  <Countdown at={next_attempt_at} after="now" />
                </Text>{' '}
                ({exactTime(next_attempt_at)}): it waits {waitText(waits_for)}.
              </Text>
            )}
          </Stack>
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}
