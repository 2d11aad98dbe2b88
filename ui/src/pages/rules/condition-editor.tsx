import { acceptCompletion, autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { type Diagnostic, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Prec } from '@codemirror/state';
import { keymap, ViewPlugin } from '@codemirror/view';
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { eventTypesQuery } from '../../api/queries.ts';
import { CodeEditor } from '../../kit/code-editor.tsx';
import { completeCel, fieldsOf } from './cel-completion.ts';
import { celLanguage } from './cel-language.ts';
import { explain, type Fault, fixOf, rangeOf } from './condition-faults.ts';

interface ConditionEditorProps {
  value: string;
  /** What the rule watches: their fields are offered. */
  types: string[];
  /** What the service says is wrong, and of which text it says so. */
  faults: Fault[];
  judged: string;
  onChange: (value: string) => void;
}

/** The condition of a rule, for who writes rules: colours, fields to choose from, and what is wrong with it while typing. */
export default function ConditionEditor({ value, types, faults, judged, onChange }: ConditionEditorProps) {
  const known = useQuery(eventTypesQuery);
  const wanted = types.join(' ');
  const basics = useMemo(() => {
    const fields = fieldsOf(known.data?.items ?? [], wanted.split(' '));
    return [
      celLanguage,
      autocompletion({ override: [completeCel(fields)], icons: false }),
      // The arrows choose, Enter takes; Tab moves on.
      Prec.highest(keymap.of([...completionKeymap, { key: 'Enter', run: acceptCompletion }, ...lintKeymap])),
    ];
  }, [known.data, wanted]);
  const told = JSON.stringify(faults);
  const extensions = useMemo(() => [basics, marks(judged, JSON.parse(told) as Fault[])], [basics, judged, told]);
  const shown = judged === value ? faults : [];
  return (
    <Stack gap={4}>
      <CodeEditor
        label="Condition"
        description="CEL over event, true or false. Empty: every event of these types."
        placeholder='event.data.graph_name.startsWith("etl") && event.data.duration_ms > 60000'
        value={value}
        onChange={onChange}
        extensions={extensions}
        minHeight={64}
      />
      <Stack gap={4} aria-live="polite" aria-label="What is wrong with the condition" role="group">
        {shown.map((fault) => (
          <FaultLine key={`${fault.position} ${fault.message}`} source={value} fault={fault} onChange={onChange} />
        ))}
      </Stack>
    </Stack>
  );
}

function FaultLine({ source, fault, onChange }: { source: string; fault: Fault; onChange: (next: string) => void }) {
  const fix = fixOf(source, fault);
  const { from, to } = rangeOf(source, fault.position);
  return (
    <Group gap="xs">
      <Text size="sm" c="var(--mantine-color-error)">
        {fault.position !== undefined && (
          <>
            At <Code>{source.slice(from, to)}</Code> (character {fault.position + 1}):{' '}
          </>
        )}
        {explain(source, fault)}
      </Text>
      {fix && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange(source.slice(0, fix.from) + fix.insert + source.slice(fix.to))}
        >
          {fix.label}
        </Button>
      )}
    </Group>
  );
}

/** Underlines what is wrong, if the text is still the one that was judged; later the editor moves it with the text. */
function marks(judged: string, faults: Fault[]) {
  return ViewPlugin.define((view) => {
    queueMicrotask(() => {
      const source = view.state.doc.toString();
      if (source !== judged || !view.dom.isConnected) return;
      const diagnostics = faults.map((fault): Diagnostic => {
        const fix = fixOf(source, fault);
        const apply = (editor: typeof view) =>
          fix && editor.dispatch({ changes: { from: fix.from, to: fix.to, insert: fix.insert } });
        return {
          ...rangeOf(source, fault.position),
          severity: 'error',
          message: explain(source, fault),
          ...(fix ? { actions: [{ name: fix.label, apply }] } : {}),
        };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    });
    return {};
  });
}
