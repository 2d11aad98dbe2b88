import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { CodeEditorProps } from './code-mirror.tsx';

const Editor = lazy(() => import('./code-mirror.tsx'));

/** Text with highlighting, completion and errors under the caret, by CodeMirror, which is loaded with the first editor. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Skeleton height={props.minHeight ?? 80} />}>
      <Editor {...props} />
    </Suspense>
  );
}
