import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { localText, momentOfLocal, zoneText } from './local-time.ts';

interface MomentInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'type' | 'label'> {
  label: string;
  /** RFC 3339; undefined: none. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** While a year is typed each digit makes a moment: it is taken once the person pauses this long, or goes on. */
const PAUSE_MS = 700;

/**
 * A moment in the person's own time zone, by the browser's own calendar; told as RFC 3339 in UTC. The label has the zone,
 * for all that is shown is in UTC.
 */
export function MomentInput({ label, value, onChange, ...rest }: MomentInputProps) {
  const [text, setText] = useState(() => localText(value));
  /** What the owner is to hold by this field: when it does, what is typed by then stands. */
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    const moment = momentOfLocal(next);
    if (moment === 'unfinished' || localText(moment) === localText(told.current)) return;
    told.current = moment;
    onChange(moment);
  }, PAUSE_MS);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    tell.cancel();
    setText(localText(value));
  }, [value, tell]);
  return (
    <TextInput
      type="datetime-local"
      step={60}
      label={`${label} (${zoneText(value === undefined ? new Date() : new Date(value))})`}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        tell(currentTarget.value);
      }}
      onBlur={() => tell.flush()}
      onKeyDown={({ key }) => key === 'Enter' && tell.flush()}
      {...rest}
    />
  );
}
