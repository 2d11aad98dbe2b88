/**
 * Puts a text on the clipboard. Browsers have the present way by https and on the machine itself alone; elsewhere the
 * older one, which takes what is selected.
 *
 * @returns false where the browser lets neither be
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not allowed by the person or a policy: the older way may be.
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  // Within a dialog: what is outside of it cannot be focused.
  const active = document.activeElement;
  (active?.parentElement ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (active instanceof HTMLElement) active.focus();
  return isCopied;
}
