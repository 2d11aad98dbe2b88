import { Group, Select } from '@mantine/core';
import { MomentInput } from './moment-input.tsx';

const AGO: Record<string, number> = {
  'Last 15 minutes': 15 * 60_000,
  'Last hour': 3_600_000,
  'Last 24 hours': 86_400_000,
  'Last 7 days': 7 * 86_400_000,
};

export interface Period {
  since?: string | undefined;
  until?: string | undefined;
}

/** From when to when, local times; `Last …` fills in the first. */
export function PeriodFilter({ value, onChange }: { value: Period; onChange: (value: Period) => void }) {
  return (
    <Group gap="xs" align="flex-end">
      <MomentInput label="From" value={value.since} onChange={(since) => onChange({ ...value, since })} />
      <MomentInput label="To" value={value.until} onChange={(until) => onChange({ ...value, until })} />
      <Select
        aria-label="A recent period"
        placeholder="Recent…"
        data={Object.keys(AGO)}
        value={null}
        onChange={(name) => {
          const ago = AGO[name ?? ''];
          if (ago !== undefined) onChange({ since: new Date(Date.now() - ago).toISOString(), until: undefined });
        }}
        w={150}
      />
    </Group>
  );
}
