import { MAX_VALUES, readJson } from '../../../nodes/DefenderLiveResponse/result/json';
import { parseOutput } from '../../../nodes/DefenderLiveResponse/result/output';
import { readTranscript } from '../../../nodes/DefenderLiveResponse/result/transcript';

/** JSON of this many values. */
const list = (values: number, value = '0') => `[${`${value},`.repeat(values - 1)}${value}]`;

it('reads two million values, and no more: tens of millions would end the process', () => {
	expect(readJson(list(MAX_VALUES))).toHaveLength(MAX_VALUES);
	expect(readJson(list(MAX_VALUES + 1))).toBeUndefined();
	expect(readJson(list(MAX_VALUES / 2 + 1, '{}'))).toBeUndefined();
	expect(readJson(list(MAX_VALUES + 1, '"a"'))).toBeUndefined();
	expect(readJson('['.repeat(MAX_VALUES + 1) + ']'.repeat(MAX_VALUES + 1))).toBeUndefined();
});

it('counts no value within a string', () => {
	const text = `\\"${'[{,'.repeat(MAX_VALUES)}\\\\`;
	expect(readJson(`{"a":"${text}"}`)).toEqual({ a: JSON.parse(`"${text}"`) });
});

it('makes no data of more lines than of values', () => {
	expect(parseOutput('a\n'.repeat(MAX_VALUES), 'lines')).toBeNull();
	expect(parseOutput('a\n'.repeat(MAX_VALUES - 1), 'lines')).toHaveLength(MAX_VALUES - 1);
});

it('reads a transcript of millions of raw control characters', () => {
	const output = '\u0001\n'.repeat(1_500_000);
	const read = readTranscript(`{"exit_code":0,"script_output":"${output}"}`);
	expect('transcript' in read && read.transcript.script_output === output).toBe(true);
});
