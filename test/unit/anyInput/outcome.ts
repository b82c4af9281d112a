import fc from 'fast-check';
import { errorsOf } from '../../../nodes/DefenderLiveResponse/result/commandState';
import { judgeCommand, judgeExitCode } from '../../../nodes/DefenderLiveResponse/result/outcome';
import { readTranscript } from '../../../nodes/DefenderLiveResponse/result/transcript';
import { hasEnded, readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { ACTION_ID } from '../result/entities';
import { propertiesOf } from './property';

/** Words of the service, their look-alikes, and anything else that JSON can hold. */
const word = (...known: string[]) =>
	fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom(...known) },
		fc.constantFrom(...known).map((each) => each.toLowerCase()),
		fc.constantFrom(...known).map((each) => `${each} `),
		fc.string({ maxLength: 12 }),
		fc.jsonValue({ maxDepth: 1 }),
	);
const command = fc.record(
	{
		index: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(0, 1, 2, -1, 0.5) }, fc.jsonValue({ maxDepth: 1 })),
		commandStatus: word('Created', 'InProgress', 'Completed', 'Failed'),
		errors: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.jsonValue({ maxDepth: 2 })),
		command: fc.oneof(
			{ weight: 5, arbitrary: fc.record({ type: word('RunScript', 'GetFile', 'PutFile'), params: fc.constant([]) }) },
			fc.jsonValue({ maxDepth: 2 }),
		),
	},
	{ requiredKeys: [] },
);
const action = fc.record({
	id: fc.constant(ACTION_ID),
	status: word('Pending', 'InProgress', 'Succeeded', 'Failed', 'TimeOut', 'Cancelled'),
	commands: fc.oneof({ weight: 8, arbitrary: fc.array(command, { maxLength: 3 }) }, fc.jsonValue({ maxDepth: 2 })),
});

const exitCode = fc.oneof(
	fc.integer({ min: -3, max: 5 }),
	fc.double(),
	fc.integer({ min: -3, max: 5 }).map(String),
	fc.constantFrom('0x0', '', ' ', '0.0', '1e0', '00', '-0', '+0', ' 0\n', 'NaN', '9007199254740993', 2 ** 53, 1e308),
	fc.jsonValue({ maxDepth: 2 }),
);
const codes = fc.array(fc.integer({ min: -2, max: 3 }), { minLength: 1, maxLength: 3 });

/** The whole number that a person reads from a value. */
function wholeNumber(value: unknown): number | undefined {
	const number = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
	return Number.isSafeInteger(number) ? (number as number) : undefined;
}

export const outcomeProperties = propertiesOf('outcome', {
	'whatever action and command say, only a completed Put File without errors has succeeded by that alone': fc.property(action, (entity) => {
		const read = readMachineAction(entity);
		for (const each of read ? [...read.commands, undefined] : []) {
			if (judgeCommand(read!, each).outcome !== 'succeeded') continue;
			expect(hasEnded(read!)).toBe(true);
			expect([each?.commandStatus?.trim().toLowerCase(), errorsOf(each), each?.command?.type?.trim().toLowerCase()]).toEqual([
				'completed',
				[],
				'putfile',
			]);
		}
	}),
	'an unfinished action is pending, and its result is not asked for': fc.property(action, (entity) => {
		const read = readMachineAction(entity);
		if (!read || hasEnded(read)) return;
		for (const each of [...read.commands, undefined]) expect(judgeCommand(read, each)).toEqual({ outcome: 'pending', ask: false });
	}),
	'a command that failed never succeeds by its exit code': fc.property(action, (entity) => {
		const read = readMachineAction(entity);
		if (!read || !hasEnded(read)) return;
		for (const each of read.commands) {
			const failed = /^\s*failed\s*$/i.test(each.commandStatus ?? '') || errorsOf(each).length > 0;
			if (failed) expect(judgeCommand(read, each).outcome).toBe('commandFailed');
		}
	}),
	'a script succeeds only by an exit code that is a whole number of the list': fc.property(exitCode, codes, (value, list) => {
		const read = readTranscript(JSON.stringify({ exit_code: value, script_output: '' }));
		const found = 'transcript' in read ? read.transcript.exit_code : undefined;
		const code = found && 'code' in found ? found.code : null;
		const written = wholeNumber(JSON.parse(JSON.stringify({ value })).value);
		const expected = written === undefined ? 'unreadable' : list.includes(written) ? 'succeeded' : 'scriptFailed';
		expect(judgeExitCode(code, list)).toBe(expected);
	}),
});
