import { yaml } from '@codemirror/lang-yaml';
import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { parseDocument, stringify } from 'yaml';
import { CodeEditor } from '../../kit/code-editor.tsx';
import { isObject, type Json, tidy } from './draft.ts';

const LANGUAGE = yaml();

interface YamlViewProps {
  draft: Json;
  onChange: (draft: Json) => void;
  /** Whether the text can be used: if not, there is nothing to save. */
  onReadable: (isReadable: boolean) => void;
  /** What the API says is wrong, with the fields. */
  errors: { path: string; message: string }[];
}

/** The rule as code, all of it: the API's own fields, in YAML. JSON is YAML too. */
export default function YamlView({ draft, onChange, onReadable, errors }: YamlViewProps) {
  const [text, setText] = useState(() => stringify(draft, { lineWidth: 100 }));
  const [fault, setFault] = useState<string>();
  const take = (next: string) => {
    setText(next);
    const read = readRule(next);
    setFault(read.fault);
    onReadable(read.fault === undefined);
    if (read.rule) onChange(read.rule);
  };
  return (
    <Stack gap="xs">
      <CodeEditor
        label="Rule as YAML"
        description="The API's own fields; what is left out has its default"
        value={text}
        onChange={take}
        extensions={LANGUAGE}
        minHeight={280}
        error={fault}
      />
      {fault === undefined &&
        errors.map(({ path, message }) => (
          <Text key={`${path} ${message}`} size="sm" c="var(--mantine-color-error)" role="alert">
            {path}: {message}
          </Text>
        ))}
    </Stack>
  );
}

function readRule(text: string): { rule?: Json; fault?: string } {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) return { fault: error.message };
  try {
    const rule: unknown = document.toJS({ maxAliasCount: 100 });
    return isObject(rule) ? { rule: tidy(rule) } : { fault: 'A rule is a map of fields, such as name: and trigger:.' };
  } catch (cause) {
    return { fault: (cause as Error).message };
  }
}
