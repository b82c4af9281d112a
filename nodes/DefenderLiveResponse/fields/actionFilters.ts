import { textOrEmpty } from '../service/textOrEmpty';
import { text } from './row';

/** Filters that machine actions have everywhere. */
export const deviceIdFilter = text('Device ID', undefined, { placeholder: 'e.g. 4899036531e374137f63289c3267bad772c13fef' });
export const requestorFilter = text('Requestor', 'Who started it: a user, or the ID of an app', {
	placeholder: 'e.g. analyst@contoso.com',
});
export const commentFilter = text(
	'Comment Contains',
	'Part of the comment that it was started with. Upper and lower case count as the same.',
	{ placeholder: 'e.g. case 4711' },
);

/** Whether a machine action's comment has a part; upper and lower case count as the same. */
export function commentContains(comment: unknown, part: string): boolean {
	return textOrEmpty(comment).toLowerCase().includes(part.toLowerCase());
}
