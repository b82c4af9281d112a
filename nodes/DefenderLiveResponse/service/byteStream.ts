/** What n8n gives for `encoding: 'stream'`; nodes may not import Node's own type. */
export type ByteStream = AsyncIterable<Uint8Array> & {
	destroy(): void;
	on(event: 'error', listener: () => void): void;
};
