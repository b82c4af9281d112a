/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a tool for developers */
import { join } from 'node:path';
import { inTurn, ratio, repeated, shown } from '../pairs';
import type { Figures, Goal, Part } from '../part';

// As it is shipped, not as it is compiled for tests.
const BUILT = join(__dirname, '..', '..', 'dist', 'nodes', 'DefenderLiveResponse', 'result');

/** With how often each is read in a round, and how long it may take beside JSON.parse. */
const SIZES = [
	['1 kB', 1_000, 20_000, 2],
	['1 MB', 1_000_000, 40, 1.3],
	['50 MB', 50_000_000, 1, 1.3],
] as const;

/** Calls are short, and the machine's hiccups are not. */
const ROUNDS = 21;

/** A transcript of about this size in bytes, as a script on Windows leaves it. */
function transcript(bytes: number): string {
	const line = 'svchost.exe\t1044\tC:\\Windows\\System32\\svchost.exe\t"running", since 2026-11-23\r\n';
	const output = line.repeat(Math.ceil(bytes / (line.length + 10))).slice(0, bytes);
	return JSON.stringify({ script_name: 'check.ps1', exit_code: 3, script_output: output, script_errors: '' });
}

/** What is done to a transcript that is not as it should be. */
const BROKEN: Record<string, (json: string) => string> = {
	'raw line breaks inside': (json) => json.replaceAll('\\r\\n', '\r\n'),
	'cut off': (json) => json.slice(0, -40),
	'unescaped quotes': (json) => json.replaceAll('\\"', '"'),
};

/** Milliseconds that one of `times` calls takes, after the garbage of earlier calls is collected. */
function time(times: number, action: () => unknown): number {
	globalThis.gc?.();
	const began = performance.now();
	for (let i = 0; i < times; i++) action();
	return (performance.now() - began) / times;
}

async function measure(): Promise<Figures> {
	const { decodeText } = (await import(join(BUILT, 'decode.js'))) as typeof import('../../nodes/DefenderLiveResponse/result/decode');
	const { readTranscript } = (await import(
		join(BUILT, 'transcript.js')
	)) as typeof import('../../nodes/DefenderLiveResponse/result/transcript');
	const read = (bytes: Buffer) => readTranscript(decodeText(bytes).text);
	const goals: Goal[] = [];
	const rows: string[][] = [];
	const broken: Record<string, number[]> = {};
	for (const [name, size, times, atMost] of SIZES) {
		const json = transcript(size);
		const bytes = Buffer.from(json);
		const sides = await inTurn(
			{
				ours: async () => time(times, () => read(bytes)),
				parse: async () => time(times, () => JSON.parse(bytes.toString('utf8')) as unknown),
				...Object.fromEntries(
					Object.entries(BROKEN).map(([kind, make]) => {
						const bad = Buffer.from(make(json));
						return [kind, async () => time(times, () => read(bad))];
					}),
				),
			} as Record<string, () => Promise<number>>,
			{ rounds: ROUNDS },
		);
		const { median, least, most } = ratio(sides.ours, sides.parse, (ms) => ms);
		goals.push({ what: `${name}, valid: time beside JSON.parse`, figure: median, spread: [least, most], atMost });
		rows.push([name, ...Object.values(sides).map((ms) => shown(repeated(ms), 4))]);
		for (const kind of Object.keys(BROKEN)) (broken[kind] ??= []).push(repeated(sides[kind]).median / size);
	}
	for (const [kind, [, small, large]] of Object.entries(broken)) {
		goals.push({ what: `${kind}: time for a byte of 50 MB beside one of 1 MB`, figure: large / small, atMost: 1.5 });
	}
	return { goals, tables: [{ columns: ['ms for a transcript of', 'the node', 'JSON.parse', ...Object.keys(BROKEN)], rows }] };
}

export const decoding: Part = {
	title: 'Decoding',
	text: `From downloaded bytes to a transcript, beside \`JSON.parse(bytes.toString())\`, which reads UTF-8 only, does not report damage, takes the last of two exit codes and rounds one that is not a whole number, and cannot read a broken transcript. Making sure of these takes about half a microsecond, which counts with a short transcript. Each kind of broken transcript should take time in proportion to its size. Medians of ${ROUNDS} rounds.`,
	measure,
};
