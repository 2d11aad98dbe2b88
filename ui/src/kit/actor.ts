/** Who did something, as the API names them: a key's id, or one of those that have no key's row. */
export function actorLabel(actor: string): string {
  if (actor === 'service') return 'the service';
  return actor === 'key_bootstrap' ? "the operator's key" : actor;
}
