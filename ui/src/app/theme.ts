import {
  CloseButton,
  type CloseButtonProps,
  type CSSVariablesResolver,
  createTheme,
  SegmentedControl,
} from '@mantine/core';

/** Its type knows no attributes. */
const CLOSE = { 'aria-label': 'Close' } as Partial<CloseButtonProps> & Record<`data-${string}`, string>;

/** Mantine's own blue fails WCAG AA at its usual shade (3.55:1); 8 passes in both schemes. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.15rem' } } },
  // Of dialogs and messages; Mantine names it by nothing.
  components: {
    CloseButton: CloseButton.extend({ defaultProps: CLOSE }),
    // Its words would be hard to read while their colour goes over into another.
    SegmentedControl: SegmentedControl.extend({ defaultProps: { transitionDuration: 0 } }),
  },
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
});

/** What else of Mantine's colours is under 4.5:1 on its background. */
export const readableColours: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[2],
    '--mantine-color-error': colors.red[4],
  },
});
