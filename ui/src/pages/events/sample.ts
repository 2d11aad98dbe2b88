/** What a person has written as an event's data: an object, or why it is none. */
export function dataFrom(text: string): { data: Record<string, unknown> } | { fault: string } {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data))
      return { data: data as Record<string, unknown> };
    return { fault: 'The data must be a JSON object: {"name": "value"}.' };
  } catch (error) {
    return { fault: `This is not JSON: ${(error as Error).message}.` };
  }
}
