/** Characters of a key; a comment has to hold it whole. */
const MAX_KEY = 100;

/** Whether a text can be a run key: brackets would end the mark that the comment holds. */
export function isRunKey(key: string): boolean {
	return key.length <= MAX_KEY && key.trim() === key && !/[[\]\p{Cc}]/u.test(key);
}

function markOf(key: string): string {
	return `[run key: ${key}]`;
}

/** The comment of a run with a key. The mark stands first, since a service that shortens comments cuts their end off. */
export function withRunKey(comment: string, key: string): string {
	return `${markOf(key)} ${comment}`;
}

/** Whether a comment has a key, compared whole; accents may come back in another form. */
export function hasRunKey(comment: string | null | undefined, key: string): boolean {
	return (comment ?? '').normalize().includes(markOf(key).normalize());
}

/** Whether a comment has any key. */
export function isKeyed(comment: string | null | undefined): boolean {
	return (comment ?? '').includes('[run key: ');
}
