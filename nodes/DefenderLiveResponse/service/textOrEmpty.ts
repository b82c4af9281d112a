/** A text of the service as one; empty for whatever else it sends, which says nothing that anybody could read. */
export function textOrEmpty(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
