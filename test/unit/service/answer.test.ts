/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { Readable } from 'node:stream';
import { bytesOf, MAX_ANSWER_BYTES, readAnswer } from '../../../nodes/DefenderLiveResponse/service/answer';

const MB = 1024 * 1024;

/** Bytes in pieces of a megabyte, as many as are asked for. */
function endless() {
	let given = 0;
	const stream = Readable.from(
		(function* () {
			for (;;) {
				given++;
				yield Buffer.alloc(MB, ' ');
			}
		})(),
	);
	return { stream, given: () => given };
}

const streamOf = (text: string | Buffer) => Readable.from([Buffer.from(text)], { objectMode: false });

it.each<[string, string, unknown]>([
	['an object', '{"value":[1,"ü\\u0000",null]}', { value: [1, 'ü\0', null] }],
	['an object behind a byte order mark', '\ufeff{"a":1}', { a: 1 }],
	['null', 'null', null],
	['a number with white space', ' 5\n', 5],
	['nothing', '', ''],
	['HTML', '<html>é</html>', '<html>é</html>'],
	['JSON that was cut off', '{"value":[', '{"value":['],
])('reads %s as it is', async (_, text, expected) => {
	expect(await readAnswer(streamOf(text))).toEqual(expected);
});

it('knows how long what it read was, in bytes', async () => {
	expect(bytesOf((await readAnswer(streamOf('\ufeff{"a":"ü"} '))) as object)).toBe(14);
	expect(bytesOf({ a: 'ü' })).toBe(0);
});

it('reads characters that lie in two pieces', async () => {
	const bytes = Buffer.from('{"a":"日本"}');
	const stream = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
	expect(await readAnswer(stream)).toEqual({ a: '日本' });
});

it('reads what is nearly too long', async () => {
	const text = JSON.stringify({ value: 'x'.repeat(MAX_ANSWER_BYTES - 12) });
	expect(Buffer.byteLength(text)).toBe(MAX_ANSWER_BYTES);
	const stream = streamOf(text);
	expect(((await readAnswer(stream)) as { value: string }).value).toHaveLength(MAX_ANSWER_BYTES - 12);
});

it('takes no more of an endless answer than it may have, and ends it', async () => {
	const { stream, given } = endless();
	await expect(readAnswer(stream)).rejects.toMatchObject({ code: 'ERR_ANSWER_TOO_LARGE' });
	expect(stream.destroyed).toBe(true);
	expect(given()).toBeLessThan(MAX_ANSWER_BYTES / MB + 20);
});

it('long answers take turns, all of them come, and short ones need not wait', async () => {
	const long = [1, 2, 3].map(() => {
		let release: () => void = () => undefined;
		const released = new Promise<void>((resolve) => (release = resolve));
		const bytes = (async function* () {
			yield Buffer.alloc(2 * MB, ' ');
			await released;
			yield Buffer.from('1');
		})();
		return { answer: readAnswer(Readable.from(bytes)), release: () => release() };
	});
	let read = false;
	void long[2].answer.then(() => (read = true));
	long[2].release();
	for (let turn = 0; turn < 20; turn++) expect(await readAnswer(streamOf('2'))).toBe(2);
	// The two before it are still on their way.
	expect(read).toBe(false);
	for (const { release } of long) release();
	expect(await Promise.all(long.map(async ({ answer }) => await answer))).toEqual([1, 1, 1]);
});

it.each([
	['breaks', (stream: Readable) => stream.destroy(new Error('secret of some helper'))],
	['ends silently', (stream: Readable) => stream.destroy()],
])('an answer that %s is a broken connection', async (_, end) => {
	const stream = new Readable({ read: () => undefined });
	stream.push('{"val');
	const answer = readAnswer(stream);
	await Promise.resolve();
	end(stream);
	await expect(answer).rejects.toMatchObject({ message: 'ECONNRESET', code: 'ECONNRESET' });
});

it.each([false, true])('an answer that no one waits for any more is ended (from the start: %s)', async (early) => {
	const user = new AbortController();
	const stream = new Readable({ read: () => undefined });
	if (early) user.abort();
	const answer = readAnswer(stream, user.signal);
	user.abort();
	await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
	expect(stream.destroyed).toBe(true);
});

it('leaves nothing behind at the signal of an execution', async () => {
	const user = new AbortController();
	const streams = [streamOf('1'), streamOf('2')];
	for (const stream of streams) await readAnswer(stream, user.signal);
	const destroyed = streams.map((stream) => jest.spyOn(stream, 'destroy'));
	user.abort();
	for (const spy of destroyed) expect(spy).not.toHaveBeenCalled();
});
