/** How many of its writes a process remembers: n8n tries a node again within seconds, so only the newest matter. */
const MAX_REMEMBERED = 5_000;

/** Forgets the oldest entries over the limit. A set or map keeps the order of insertion. */
export function forgetOldest<Key>(entries: Set<Key> | Map<Key, unknown>): void {
	for (const oldest of entries.keys()) {
		if (entries.size <= MAX_REMEMBERED) return;
		entries.delete(oldest);
	}
}
