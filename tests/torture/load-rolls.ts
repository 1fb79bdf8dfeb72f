/** The roll of a number from 0; the load is spread over several, as it is among theatres. */
export const loadRoll = (index: number): string => `load-${index}.record`;
