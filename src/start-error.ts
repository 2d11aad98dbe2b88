/**
 * Something that stops the start and that a person can mend: a port in use, a data folder in use, no Temporal CLI.
 * `message` is one sentence on what is wrong and `remedy` one on what to do; the process entry prints both and exits 1.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly remedy: string;

  /**
   * @param message what is wrong, one sentence
   * @param remedy what the person can do about it, one sentence
   * @param options the error underneath, as `cause`
   */
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
