import { TextInput, type TextInputProps } from '@mantine/core';

interface MomentInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'type'> {
  /** RFC 3339; undefined: none. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A moment in the person's own time zone, by the browser's own calendar; told as RFC 3339 in UTC. */
export function MomentInput({ value, onChange, ...rest }: MomentInputProps) {
  return (
    <TextInput
      type="datetime-local"
      step={60}
      value={value === undefined ? '' : localText(new Date(value))}
      onChange={({ currentTarget }) => {
        const time = new Date(currentTarget.value);
        onChange(Number.isNaN(time.getTime()) ? undefined : time.toISOString());
      }}
      {...rest}
    />
  );
}

/** `2026-11-28T14:03`, as the input wants it. */
function localText(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
