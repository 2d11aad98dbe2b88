import { closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { Input } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import { editorTheme, highlighting } from './code-theme.ts';
import { cspNonce } from './nonce.ts';

export interface CodeEditorProps {
  label: string;
  description?: string;
  /** Of the whole field, below it. */
  error?: string | undefined;
  value: string;
  onChange?: ((value: string) => void) | undefined;
  isReadOnly?: boolean;
  /** Language, completion, lint: a stable value, for it is taken in anew when it changes. */
  extensions?: Extension;
  placeholder?: string;
  /** px */
  minHeight?: number;
}

const NONE: Extension = [];

/** Tab moves on, as in any other field: who works by keyboard must not be caught in it. */
export default function CodeMirror(props: CodeEditorProps) {
  const { label, description, error, value, onChange, isReadOnly = false, extensions = NONE, minHeight = 80 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const given = useRef(new Compartment());
  const tell = useRef(onChange);
  tell.current = onChange;
  const labelId = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is told to it below
  useEffect(() => {
    const editor = new EditorView({
      parent: holder.current as HTMLElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          EditorView.cspNonce.of(cspNonce),
          EditorView.contentAttributes.of({ 'aria-labelledby': labelId }),
          EditorView.lineWrapping,
          EditorState.readOnly.of(isReadOnly),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          placeholder(props.placeholder ?? ''),
          syntaxHighlighting(highlighting),
          editorTheme(minHeight),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) tell.current?.(update.state.doc.toString());
          }),
          given.current.of(extensions),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: given.current.reconfigure(extensions) });
  }, [extensions]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      labelElement="div"
      labelProps={{ id: labelId }}
    >
      <div ref={holder} />
    </Input.Wrapper>
  );
}
