import { MAX_VALUES } from '../../../nodes/DefenderLiveResponse/result/json';
import { parseOutput } from '../../../nodes/DefenderLiveResponse/result/output';
import { readTranscript } from '../../../nodes/DefenderLiveResponse/result/transcript';

it('makes no data of more lines than of values', () => {
	expect(parseOutput('a\n'.repeat(MAX_VALUES), 'lines')).toBeNull();
	expect(parseOutput('a\n'.repeat(MAX_VALUES - 1), 'lines')).toHaveLength(MAX_VALUES - 1);
});

it('reads a transcript of millions of raw control characters', () => {
	const output = '\u0001\n'.repeat(1_500_000);
	const read = readTranscript(`{"exit_code":0,"script_output":"${output}"}`);
	expect('transcript' in read && read.transcript.script_output === output).toBe(true);
});
