import { Button, Group, Stack, Text, Timeline, Title } from '@mantine/core';
import { IconCheck, IconClock, IconHourglass, IconX } from '@tabler/icons-react';
import { Countdown } from '../../kit/countdown.tsx';
import { durationText } from '../../kit/relative-time.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import type { Attempt, DeliveryDetail } from './queries.ts';

interface AttemptsProps {
  delivery: DeliveryDetail;
  /** Number of the attempt that is shown beside it. */
  chosen: number | undefined;
  onChoose: (number: number) => void;
}

/** Every attempt, a person's retries among them, newest first, and the one to come. */
export function Attempts({ delivery: { attempts, next_attempt_at }, chosen, onChoose }: AttemptsProps) {
  return (
    <section aria-labelledby="attempts">
      <Title order={2} id="attempts" mb="sm">
        Attempts
      </Title>
      {attempts.length === 0 && next_attempt_at === null && <Text size="sm">No attempt was made.</Text>}
      <Timeline bulletSize={26} lineWidth={2} active={-1}>
        {next_attempt_at !== null && (
          <Timeline.Item
            key="next"
            lineVariant="dashed"
            bullet={<IconClock size={14} aria-hidden />}
            title={<Text size="sm">Next attempt</Text>}
          >
            <Text size="sm" c="dimmed">
              <Countdown at={next_attempt_at} after="now" />
            </Text>
          </Timeline.Item>
        )}
        {attempts.toReversed().map((attempt) => (
          <Timeline.Item
            key={attempt.number}
            bullet={<Bullet outcome={attempt.outcome} />}
            title={
              <Group gap="xs">
                <Button
                  size="compact-sm"
                  variant={attempt.number === chosen ? 'filled' : 'default'}
                  aria-pressed={attempt.number === chosen}
                  onClick={() => onChoose(attempt.number)}
                >
                  Attempt {attempt.number}
                </Button>
                <StatusBadge status={attempt.outcome ?? 'in_flight'} />
              </Group>
            }
          >
            <AttemptLines attempt={attempt} />
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

function AttemptLines({ attempt: { started_at, duration_ms, status_code, error } }: { attempt: Attempt }) {
  return (
    <Stack gap={0}>
      <Text size="sm" c="dimmed" component="div">
        {status_code !== null && `HTTP ${status_code} · `}
        <Time at={started_at} isExact />
        {duration_ms !== null && `, took ${durationText(duration_ms)}`}
      </Text>
      {error !== null && error !== `HTTP ${status_code}` && (
        <Text size="sm" lineClamp={3}>
          {error}
        </Text>
      )}
    </Stack>
  );
}

function Bullet({ outcome }: { outcome: string | null }) {
  if (outcome === null) return <IconHourglass size={14} aria-hidden />;
  return outcome === 'success' ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />;
}
