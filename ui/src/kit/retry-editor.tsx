import { Fieldset, NumberInput, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { DEFAULTS, type RetryForm } from './retry-form.ts';
import { RetryMore } from './retry-more.tsx';
import { Waits } from './waits.tsx';

const MODES = [
  { value: 'exponential', label: 'Growing waits' },
  { value: 'schedule', label: 'Schedule' },
];
/** Room for the three modes beside each other only where there is some. */
const COLUMNS = { base: 1, xs: 2, md: 4 };

export interface RetryPart {
  value: RetryForm;
  /** What an input of Mantine is given for a field: its value, how it is changed, and what is wrong with it. @param path `timeout.connect` */
  // biome-ignore lint/suspicious/noExplicitAny: as `getInputProps` of Mantine's forms
  bind: (path: string) => any;
  set: (path: string, value: unknown) => void;
}

interface RetryEditorProps extends RetryPart {
  /** What holds where nothing is chosen: a word, and a sentence. */
  otherwise: { label: string; text: string };
  /** Of a policy that is laid over another: what is left empty is that one’s, which is not known here. */
  note?: string;
}

/** When a failed delivery is tried again, with what that means in times: of a webhook, or of a rule that has its own. */
export function RetryEditor({ otherwise, note, ...part }: RetryEditorProps) {
  const { value, bind, set } = part;
  const { mode } = value;
  return (
    <Fieldset legend="Retries">
      <Stack gap="sm">
        <SegmentedControl
          aria-label="How waits are chosen"
          data={[{ value: 'default', label: otherwise.label }, ...MODES]}
          value={mode}
          onChange={(next) => set('mode', next)}
          style={{ alignSelf: 'flex-start' }}
        />
        {mode === 'exponential' && (
          <SimpleGrid cols={COLUMNS} spacing="sm">
            <TextInput label="First wait" placeholder={DEFAULTS.initial_interval} {...bind('initial_interval')} />
            <NumberInput
              label="Growth factor"
              placeholder={String(DEFAULTS.backoff_coefficient)}
              min={1}
              max={10}
              {...bind('backoff_coefficient')}
            />
            <TextInput
              label="No wait longer than"
              placeholder={DEFAULTS.maximum_interval}
              {...bind('maximum_interval')}
            />
            <NumberInput
              label="Attempts, the first too"
              placeholder={String(DEFAULTS.maximum_attempts)}
              min={1}
              max={30}
              allowDecimal={false}
              {...bind('maximum_attempts')}
            />
          </SimpleGrid>
        )}
        {mode === 'schedule' && (
          <TextInput
            label="Waits, with commas between"
            description="Each from 1s to 24h: a whole number and s, m or h. One more attempt than there are waits."
            placeholder="5s, 5m, 30m"
            {...bind('schedule')}
          />
        )}
        {mode !== 'default' && <RetryMore {...part} />}
        {mode === 'default' && (
          <Text size="sm" c="dimmed">
            {otherwise.text}
          </Text>
        )}
        {(note === undefined || mode !== 'default') && <Waits form={value} />}
        {note !== undefined && mode !== 'default' && (
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
