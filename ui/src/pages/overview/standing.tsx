import { Anchor, SimpleGrid } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { durationText } from '../../kit/relative-time.ts';
import type { Stats } from './outcomes.ts';
import { Section } from './section.tsx';
import { Tile } from './tile.tsx';

/** A first attempt is made at once: what waits this long is held up. */
const NOTABLE_S = 60;

const WARNING = <IconAlertTriangle size={16} color="var(--mantine-color-error)" aria-label="Look at this" />;

/** What is stuck at this moment, each with the way to it. */
export function Standing({ now }: { now: Stats['now'] }) {
  const { dead_letters_waiting, failing_endpoints, disabled_endpoints, oldest_pending_s } = now;
  return (
    <Section title="Stuck">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <Counted
          label="Dead letters waiting"
          count={dead_letters_waiting}
          note="Retries used up; nothing is lost"
          link={(props) => <Link to="/dead-letters" {...props} />}
        />
        <Counted
          label="Failing endpoints"
          count={failing_endpoints}
          note="Nothing arrives; still tried"
          link={(props) => <Link to="/webhooks" search={{ health: 'failing' }} {...props} />}
        />
        <Counted
          label="Disabled endpoints"
          count={disabled_endpoints}
          note="Given up by the service"
          link={(props) => <Link to="/webhooks" search={{ health: 'disabled' }} {...props} />}
        />
        <OldestPending seconds={oldest_pending_s} />
      </SimpleGrid>
    </Section>
  );
}

interface CountedProps {
  label: string;
  count: number;
  note: string;
  link: (props: Record<string, unknown>) => ReactNode;
}

/** None is plain text: there is nothing to go and see. */
function Counted({ label, count, note, link }: CountedProps) {
  if (count === 0) return <Tile label={label}>0</Tile>;
  return (
    <Tile label={label} note={note} icon={WARNING}>
      <Anchor renderRoot={link} aria-label={`${label}: ${count}`} inherit>
        {count.toLocaleString('en')}
      </Anchor>
    </Tile>
  );
}

function OldestPending({ seconds }: { seconds: number | null }) {
  const label = 'Oldest pending';
  if (seconds === null) return <Tile label={label}>–</Tile>;
  const text = durationText(seconds * 1_000);
  if (seconds < NOTABLE_S) return <Tile label={label}>{text}</Tile>;
  return (
    <Tile label={label} icon={WARNING} note="Not yet tried: is a worker running?">
      <Anchor inherit renderRoot={(props) => <Link to="/deliveries" search={{ status: 'pending' }} {...props} />}>
        {text}
      </Anchor>
    </Tile>
  );
}
