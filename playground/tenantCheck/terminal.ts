/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What the command needs of a terminal. A test passes one of its own. */
export interface Terminal {
	write(text: string): void;
	writeError(text: string): void;
	/** One line that the next one overwrites; nothing without a terminal. */
	progress(text: string): void;
	/** Undefined where no one can answer. */
	ask(question: string, hidden?: boolean): Promise<string | undefined>;
	readonly columns: number;
	readonly colours: boolean;
	/** Closes the input, so that the process can end. */
	close(): void;
}

type Input = Readable & { isTTY?: boolean };
type Output = Writable & { isTTY?: boolean; columns?: number };

export function createTerminal(input: Input, output: Output, errors: Output, env: NodeJS.ProcessEnv): Terminal {
	let reader: Interface | undefined;
	let lines: AsyncIterator<string> | undefined;
	let muted = false;
	let onLine = false;
	const clearLine = () => {
		if (onLine) errors.write('\r\u001b[K');
		onLine = false;
	};
	/** Echoes what is typed, but for secrets. */
	const echo = Object.assign(Object.create(errors) as Output, {
		write: (chunk: string | Uint8Array): boolean => (muted ? true : errors.write(chunk)),
	});
	return {
		write(text) {
			clearLine();
			output.write(text);
		},
		writeError(text) {
			clearLine();
			errors.write(text);
		},
		progress(text) {
			if (!errors.isTTY) return;
			const columns = errors.columns || 80;
			errors.write(`\r\u001b[K${text.slice(0, columns - 1)}`);
			onLine = true;
		},
		async ask(question, hidden = false) {
			clearLine();
			reader ??= createInterface({ input, output: echo, terminal: input.isTTY === true && errors.isTTY === true });
			lines ??= reader[Symbol.asyncIterator]();
			// Ctrl-C arrives at the reader while it reads; the command handles it like any other.
			reader.removeAllListeners('SIGINT').once('SIGINT', () => process.emit('SIGINT'));
			errors.write(question);
			muted = hidden;
			try {
				const { value, done } = await lines.next();
				return done === true ? undefined : value;
			} finally {
				muted = false;
				if (hidden) errors.write('\n');
			}
		},
		get columns() {
			return output.columns || 100;
		},
		colours: output.isTTY === true && env.NO_COLOR === undefined,
		close() {
			clearLine();
			reader?.close();
		},
	};
}
