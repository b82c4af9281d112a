import { flag, wholeNumber } from './row';

/** How many entities an operation gives. */
export const PAGING = {
	returnAll: flag('Return All', false, 'Whether to return all results or only up to a given limit'),
	limit: wholeNumber('Limit', 50, 'Max number of results to return', 1, { displayOptions: { show: { returnAll: [false] } } }),
};
