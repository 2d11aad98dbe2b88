/** The address of a workflow in the Temporal Web UI, null where no UI is known. */
export type WorkflowLink = (workflowId: string, runId: string | null) => string | null;

/**
 * @param uiUrl base of the Temporal Web UI without a trailing slash, or undefined
 * @param namespace the Temporal namespace
 */
export function createWorkflowLink(uiUrl: string | undefined, namespace: string): WorkflowLink {
  return (workflowId, runId) => {
    if (uiUrl === undefined) return null;
    const workflow = `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
    return runId === null ? workflow : `${workflow}/${encodeURIComponent(runId)}/history`;
  };
}
