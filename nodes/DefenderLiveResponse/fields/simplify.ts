import { flag } from './row';

/** Of everything that gives entities or results. */
export const simplify = flag('Simplify', true, 'Whether to return a simplified version of the response instead of the raw data');
