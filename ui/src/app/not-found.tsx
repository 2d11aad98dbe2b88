import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PageHeader } from '../kit/page-header.tsx';

/** A path that leads nowhere. */
export function NotFound() {
  return (
    <>
      <PageHeader title="There is no such page" />
      <Text>
        The address is not one of this web UI. Begin again at the{' '}
        <Anchor underline="always" renderRoot={(props) => <Link to="/" {...props} />}>
          overview
        </Anchor>
        .
      </Text>
    </>
  );
}
