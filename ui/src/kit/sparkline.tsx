const WIDTH = 96;
const HEIGHT = 24;

/** A row of numbers as a small line. @param label what it shows, in words: the picture alone tells nothing to who cannot see it */
export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${height(value / most)}`).join(' ');
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
}

/** Room for half the stroke above and below. */
const height = (share: number): string => (HEIGHT - 1 - share * (HEIGHT - 2)).toFixed(1);
