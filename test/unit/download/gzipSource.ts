/** A source that says whether it was closed. */
export function sourceOf(chunks: Iterable<Uint8Array>, thenThrow?: Error) {
	const state = { closed: false, taken: 0 };
	async function* source() {
		try {
			for (const chunk of chunks) {
				state.taken++;
				yield chunk;
			}
			if (thenThrow) throw thenThrow;
		} finally {
			state.closed = true;
		}
	}
	return { state, source: source() };
}
