import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** An editor that looks as Mantine's fields do, in both schemes. @param minHeight px */
export const editorTheme = (minHeight: number) =>
  EditorView.theme({
    '&': {
      border: '1px solid var(--mantine-color-default-border)',
      borderRadius: 'var(--mantine-radius-md)',
      backgroundColor: 'var(--mantine-color-default)',
      color: 'var(--mantine-color-text)',
      fontSize: 'var(--mantine-font-size-sm)',
    },
    '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-1px' },
    '.cm-scroller': {
      fontFamily: 'var(--mantine-font-family-monospace)',
      minHeight: `${minHeight}px`,
      maxHeight: '60vh',
    },
    '.cm-content': { caretColor: 'var(--mantine-color-text)' },
    '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
    '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mantine-color-dimmed)', border: 'none' },
    '.cm-tooltip': {
      backgroundColor: 'var(--mantine-color-body)',
      color: 'var(--mantine-color-text)',
      border: '1px solid var(--mantine-color-default-border)',
      borderRadius: 'var(--mantine-radius-sm)',
    },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--mantine-primary-color-filled)',
      color: '#fff',
    },
  });

/** Every colour has a contrast of 4.5:1 or more on a field's background. */
export const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: 'light-dark(#862e9c, #e599f7)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#2b6a1e, #a9e34b)' },
  { tag: tags.number, color: 'light-dark(#a33b00, #ffc078)' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'light-dark(#1864ab, #74c0fc)' },
  { tag: [tags.function(tags.variableName)], color: 'light-dark(#0b5f5c, #63e6be)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--mantine-color-error)', textDecoration: 'underline' },
]);
