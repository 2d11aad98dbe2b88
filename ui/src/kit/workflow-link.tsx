import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';

interface WorkflowLinkProps {
  /** As the API tells it; null: there is none. */
  workflow: { id: string; url: string | null } | null;
  label?: string;
}

/** The way into the Temporal Web UI, where the service knows its address; else the workflow's id. */
export function WorkflowLink({ workflow, label = 'Open in Temporal' }: WorkflowLinkProps) {
  if (workflow === null) return <>None</>;
  if (workflow.url === null || !/^https?:\/\//.test(workflow.url)) return <>{workflow.id}</>;
  return (
    <Anchor size="sm" href={workflow.url} target="_blank" rel="noreferrer" title={workflow.id}>
      {label} <IconExternalLink size={14} aria-label="(opens another tab)" />
    </Anchor>
  );
}
