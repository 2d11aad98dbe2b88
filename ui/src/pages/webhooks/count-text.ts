/** `1 rule`, `3 rules`, `200 rules or more`. @param noun in the singular; its plural has an s */
export const countText = (count: number, isMore: boolean, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}${isMore ? ' or more' : ''}`;
