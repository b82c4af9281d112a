import { text } from './row';

/** Filters that machine actions have everywhere. */
export const deviceIdFilter = text('Device ID', undefined, { placeholder: 'e.g. 4899036531e374137f63289c3267bad772c13fef' });
export const requestorFilter = text('Requestor', 'Who started it: a user, or the ID of an app', {
	placeholder: 'e.g. analyst@contoso.com',
});
