import fc from 'fast-check';
import type { Outcome } from '../../../nodes/DefenderLiveResponse/result/outcome';
import { judgeCommand, judgeExitCode, ROUTES, routeOf } from '../../../nodes/DefenderLiveResponse/result/outcome';
import { hasEnded } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import type { CommandState } from './entities';
import { actionOf } from './entities';
import { fuzz } from './fuzzRuns';

const ASK_AND_SEE = { outcome: undefined, ask: true };
const FAILED_YET_ASK = { outcome: 'commandFailed', ask: true };
const doubted = (word: string) => ({ outcome: undefined, ask: true, doubt: `Defender says that the command is "${word}"` });
const known = (outcome: Outcome) => ({ outcome, ask: false });

// A real message, of a command that called itself `Completed`.
const DOWNLOAD_FAILED = 'Running script on endpoint failed: Error in Download Script phase: One or more arguments are invalid.';

const DONE: CommandState = {};
const CREATED: CommandState = { commandStatus: 'Created' };
const FAILED: CommandState = { commandStatus: 'Failed' };
const DONE_WITH_ERRORS: CommandState = { errors: [DOWNLOAD_FAILED] };
const put = (state: CommandState): CommandState => ({ ...state, type: 'PutFile' });
const get = (state: CommandState): CommandState => ({ ...state, type: 'GetFile' });

function judge(status: string, commands: CommandState[], index: number) {
	const action = actionOf(status, commands);
	return judgeCommand(
		action,
		action.commands.find((command) => command.index === index),
	);
}

it.each<[string, string, CommandState[], number, object]>([
	['a completed script', 'Succeeded', [DONE], 0, ASK_AND_SEE],
	['a collected file', 'Succeeded', [get(DONE)], 0, ASK_AND_SEE],
	['a copied file', 'Succeeded', [put(DONE)], 0, known('succeeded')],
	['a script that Completed with errors', 'Failed', [DONE_WITH_ERRORS], 0, FAILED_YET_ASK],
	['the same, the action having succeeded', 'Succeeded', [DONE_WITH_ERRORS], 0, FAILED_YET_ASK],
	['a failed script', 'Failed', [FAILED], 0, FAILED_YET_ASK],
	['a failed script of an action that succeeded', 'Succeeded', [FAILED], 0, FAILED_YET_ASK],
	['a file that could not be collected', 'Failed', [get(FAILED)], 0, FAILED_YET_ASK],
	['a file that could not be copied', 'Failed', [put(FAILED)], 0, known('commandFailed')],
	['a file that was copied with errors', 'Succeeded', [put(DONE_WITH_ERRORS)], 0, known('commandFailed')],
	['a command that never began', 'Failed', [CREATED], 0, known('actionFailed')],
	['a command that never began before the action timed out', 'TimeOut', [CREATED], 0, known('timedOut')],
	['a command that never began before the action was cancelled', 'Cancelled', [CREATED], 0, known('cancelled')],
	['a file not copied before the action was cancelled', 'Cancelled', [put(CREATED)], 0, known('cancelled')],
	['a command without a status', 'Failed', [{ commandStatus: null }], 0, known('actionFailed')],
	['a command that failed before the time was out', 'TimeOut', [FAILED], 0, FAILED_YET_ASK],
	['a command that completed before the cancellation', 'Cancelled', [DONE, CREATED], 0, ASK_AND_SEE],
	['the command behind it', 'Cancelled', [DONE, CREATED], 1, known('cancelled')],
	['a command behind a failed one', 'Failed', [FAILED, CREATED], 1, known('notExecuted')],
	['a command behind one with errors', 'Failed', [DONE_WITH_ERRORS, get(CREATED)], 1, known('notExecuted')],
	['a command far behind a failed one', 'Failed', [put(FAILED), CREATED, get(CREATED)], 2, known('notExecuted')],
	['a command between others that failed', 'Failed', [FAILED, CREATED, FAILED], 1, known('notExecuted')],
	['a copied file behind a failed one', 'Failed', [put(FAILED), put(CREATED)], 1, known('notExecuted')],
	['a script that completed before another failed', 'Failed', [DONE, FAILED], 0, ASK_AND_SEE],
	['a file copied before a script failed', 'Failed', [put(DONE), FAILED], 0, known('succeeded')],
	['a command before a failed one', 'Failed', [CREATED, FAILED], 0, known('actionFailed')],
	[
		'a command behind a failed one, listed before it',
		'Failed',
		[
			{ ...CREATED, index: 1 },
			{ ...FAILED, index: 0 },
		],
		1,
		known('notExecuted'),
	],
	['a state that no one documented', 'Succeeded', [{ commandStatus: 'Wrapping up' }], 0, doubted('Wrapping up')],
	['a collected file in such a state', 'Succeeded', [get({ commandStatus: 'Wrapping up' })], 0, doubted('Wrapping up')],
	['such a state of an action that failed', 'Failed', [{ commandStatus: 'Wrapping up' }], 0, known('actionFailed')],
	['a command that is said to run on', 'Succeeded', [{ commandStatus: 'Executing' }], 0, doubted('Executing')],
	['a command that is said to be created', 'Succeeded', [CREATED], 0, doubted('Created')],
	['a command that is said to be submitted', 'Succeeded', [{ commandStatus: 'Submitted' }], 0, doubted('Submitted')],
	['a command that is said to wait for a resource', 'Succeeded', [{ commandStatus: 'PendingResource' }], 0, doubted('PendingResource')],
	['a command without a status, of an action that succeeded', 'Succeeded', [{ commandStatus: null }], 0, ASK_AND_SEE],
	['a command with a blank status', 'Succeeded', [{ commandStatus: ' ' }], 0, ASK_AND_SEE],
	['a copied file without a status', 'Succeeded', [put({ commandStatus: null })], 0, known('noResult')],
	['a completed command in other case', 'Succeeded', [{ commandStatus: ' completed ' }], 0, ASK_AND_SEE],
	['a copied file in other case', 'Succeeded', [{ commandStatus: 'COMPLETED', type: 'putfile' }], 0, known('succeeded')],
	['another word for completed', 'Succeeded', [{ commandStatus: 'Succeeded' }], 0, ASK_AND_SEE],
	['a failed command in other case', 'Succeeded', [{ commandStatus: 'failed' }], 0, FAILED_YET_ASK],
	['a copied file that failed in other case', 'Succeeded', [put({ commandStatus: 'FAILED' })], 0, known('commandFailed')],
	['a command in error', 'Succeeded', [{ commandStatus: 'Error' }], 0, FAILED_YET_ASK],
	['a command that was cancelled', 'Succeeded', [{ commandStatus: 'Cancelled' }], 0, FAILED_YET_ASK],
	['a command that was canceled', 'Succeeded', [{ commandStatus: 'canceled' }], 0, FAILED_YET_ASK],
	['a command that timed out', 'Succeeded', [{ commandStatus: 'TimeOut' }], 0, FAILED_YET_ASK],
	['a command behind one in error', 'Failed', [{ commandStatus: 'error' }, CREATED], 1, known('notExecuted')],
	['a command that ran behind one that failed', 'Failed', [FAILED, { commandStatus: 'Executing' }], 1, known('actionFailed')],
	['errors that say nothing', 'Succeeded', [{ errors: ['', ' \n', null, '\0', '\ufeff'] }], 0, ASK_AND_SEE],
	['errors of which one says something', 'Succeeded', [{ errors: ['', {}] }], 0, FAILED_YET_ASK],
	['a command behind one with errors that say nothing', 'Failed', [{ errors: [''] }, CREATED], 1, known('actionFailed')],
	['an action in other case', ' succeeded', [put(DONE)], 0, known('succeeded')],
	['an action that timed out in other case', 'timeout', [CREATED], 0, known('timedOut')],
	['an action that was cancelled in other case', 'CANCELLED', [CREATED], 0, known('cancelled')],
	['a file in such a state', 'Succeeded', [put({ commandStatus: 'Wrapping up' })], 0, known('noResult')],
	['an action that succeeded and lists no commands', 'Succeeded', [], 0, ASK_AND_SEE],
	['an action that failed and lists no commands', 'Failed', [], 0, known('actionFailed')],
	['an action that was cancelled and lists no commands', 'Cancelled', [], 0, known('cancelled')],
	['an action that timed out and lists no commands', 'TimeOut', [], 0, known('timedOut')],
])('%s (%s)', (_, status, commands, index, verdict) => {
	expect(judge(status, commands, index)).toEqual(verdict);
});

describe.each(['Pending', 'InProgress', '', 'Queued', 'succeeded!', 'Success', 'Completed', 'Expired'])(
	'while the action is "%s"',
	(status) => {
		it.each([
			['created', CREATED],
			['completed', DONE],
			['failed', FAILED],
			['completed with errors', DONE_WITH_ERRORS],
			['a copied file', put(DONE)],
		])('a command that is %s is pending', (_, command) => {
			expect(judge(status, [command], 0)).toEqual(known('pending'));
		});

		it('so is one that is not listed', () => {
			expect(judge(status, [], 0)).toEqual(known('pending'));
		});
	},
);

const commandState = fc.record({
	commandStatus: fc.constantFrom('Created', 'Completed', 'Failed', 'InProgress', 'completed', 'Error', 'executing', 'Odd', '', null),
	errors: fc.constantFrom<unknown[] | null>([], ['no'], [{ code: 1 }], [null], [''], null),
	type: fc.constantFrom('RunScript', 'GetFile', 'PutFile', 'Isolate', null),
});
const actionStatus = fc.constantFrom('Pending', 'InProgress', 'Succeeded', 'succeeded', 'Failed', 'TimeOut', 'Cancelled', 'Unknown');

it('is never succeeded but for a file that the device has, and never without doubt where the service has some', () => {
	fc.assert(
		fc.property(actionStatus, fc.array(commandState, { minLength: 1, maxLength: 4 }), fc.nat(3), (status, commands, at) => {
			const index = at % commands.length;
			const verdict = judge(status, commands, index);
			const { commandStatus, errors, type } = commands[index];
			const hasErrors = (errors ?? []).some((error) => error !== null && error !== '');
			const isDone = /^completed$/i.test(commandStatus ?? '');
			const ended = hasEnded(actionOf(status, commands));
			expect(verdict.outcome === 'succeeded').toBe(ended && type === 'PutFile' && isDone && !hasErrors);
			expect(verdict.outcome === 'pending').toBe(!ended);
			if (verdict.ask) expect(ended && type !== 'PutFile').toBe(true);
			if (hasErrors && ended) expect(verdict.outcome).toBe('commandFailed');
			if (verdict.ask && !verdict.outcome) expect(verdict.doubt === undefined).toBe(isDone || !commandStatus);
		}),
		fuzz(500),
	);
});

it.each<[number | null, number[], Outcome]>([
	[0, [0], 'succeeded'],
	[1, [0], 'scriptFailed'],
	[-1, [0], 'scriptFailed'],
	[3010, [0, 3010], 'succeeded'],
	[0, [3010], 'scriptFailed'],
	[3221225786, [0], 'scriptFailed'],
	[null, [0], 'unreadable'],
])('exit code %s, with success codes %j, is %s', (exitCode, successCodes, outcome) => {
	expect(judgeExitCode(exitCode, successCodes)).toBe(outcome);
});

it.each<[Outcome, string]>([
	['succeeded', 'Succeeded'],
	['unverified', 'Succeeded'],
	['scriptFailed', 'Failed'],
	['commandFailed', 'Failed'],
	['actionFailed', 'Failed'],
	['cancelled', 'Failed'],
	['timedOut', 'Failed'],
	['notExecuted', 'Failed'],
	['noResult', 'Failed'],
	['unreadable', 'Failed'],
	['refused', 'Failed'],
	['pending', 'Not Finished'],
	['notSent', 'Not Finished'],
])('%s leaves by %s', (outcome, route) => {
	expect(ROUTES[routeOf(outcome)]).toBe(route);
	expect(ROUTES).toEqual(['Succeeded', 'Failed', 'Not Finished']);
});
