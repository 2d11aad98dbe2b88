/** One thing wrong with a condition's text. */
export interface ConditionFault {
  message: string;
  /** Where, as a 0-based offset into the source in UTF-16 code units; absent where the engine does not say. */
  position?: number;
  /** What was probably meant, to be put in at `position`. */
  suggestion?: string;
}
