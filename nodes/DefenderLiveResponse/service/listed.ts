/** As many names as a text can hold, as in "a, b and 3 more". */
export function listed(names: string[], max: number): string {
	const more = names.length - max;
	return names.slice(0, max).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
