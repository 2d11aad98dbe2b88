import { Center, Loader } from '@mantine/core';

/** Shown when a page is on its way for longer than a blink. */
export function Pending() {
  return (
    <Center mih={240} role="status" aria-label="Loading the page">
      <Loader />
    </Center>
  );
}
