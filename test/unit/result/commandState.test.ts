import { commandAt, errorsOf, hasStarted, startedOf } from '../../../nodes/DefenderLiveResponse/result/commandState';
import type { CommandState } from './entities';
import { actionOf } from './entities';

it('gives errors as text, whatever the service makes them of', () => {
	const [command] = actionOf('Failed', [{ errors: ['plain', { code: 5 }, null, 7, '', ' \t', '\0', [], false] }]).commands;
	expect(errorsOf(command)).toEqual(['plain', '{"code":5}', '7', '[]', 'false']);
	expect(errorsOf(undefined)).toEqual([]);
	const deep = JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as unknown;
	expect(errorsOf(actionOf('Failed', [{ errors: [deep] }]).commands[0])).toEqual(['Nested too deep to be shown']);
});

it('finds a command by its index, the first where several have it', () => {
	const action = actionOf('Succeeded', [
		{ index: 7, type: 'PutFile' },
		{ index: 3, type: 'RunScript' },
		{ index: 7, type: 'GetFile' },
	]);
	expect([7, 3, 0].map((index) => commandAt(action, index)?.command?.type)).toEqual(['PutFile', 'RunScript', undefined]);
});

describe('whether the device began a command', () => {
	const CREATED: CommandState = { commandStatus: 'Created' };
	const DONE: CommandState = { commandStatus: 'Completed' };
	const FAILED: CommandState = { commandStatus: 'Failed' };
	const TIME = '2026-01-13T09:01:00.1234567Z';
	const started = (status: string, commands: CommandState[], index = 0, hasResult = false) => {
		const action = actionOf(status, commands);
		return startedOf(action, commandAt(action, index), hasResult);
	};

	it.each<[string, string, CommandState[], number]>([
		['it completed', 'Succeeded', [DONE], 0],
		['it completed, in other case', 'Succeeded', [{ commandStatus: 'completed' }], 0],
		['it completed before the action was cancelled', 'Cancelled', [DONE, CREATED], 0],
		['it runs', 'InProgress', [{ commandStatus: 'Executing' }], 0],
		['it runs, while the action is said to be pending', 'Pending', [{ commandStatus: 'Executing' }], 0],
		['it has a start', 'InProgress', [{ ...CREATED, startTime: TIME }], 0],
		['it has an end', 'Failed', [{ ...FAILED, endTime: TIME }], 0],
		['it has a start, and the action was cancelled', 'Cancelled', [{ ...CREATED, startTime: TIME }], 0],
		['it has a start, and another had failed', 'Failed', [FAILED, { ...CREATED, startTime: TIME }], 1],
		['it has a start and an unknown state', 'Pending', [{ commandStatus: 'Odd', startTime: TIME }], 0],
	])('is certain where %s', (_, status, commands, index) => {
		expect(started(status, commands, index)).toBe(true);
	});

	it('is certain where there is a result', () => {
		for (const status of ['Succeeded', 'Cancelled', 'Pending']) expect(started(status, [CREATED], 0, true)).toBe(true);
		expect(started('Succeeded', [], 0, true)).toBe(true);
	});

	it.each<[string, string, CommandState[], number]>([
		['the action is pending', 'Pending', [CREATED], 0],
		['the action is pending, in other case', 'pending ', [CREATED], 0],
		['the action is pending, and shows no commands', 'Pending', [], 0],
		['the action is pending, and the command has no state', 'Pending', [{ commandStatus: null }], 0],
		['the action is pending, and the command was submitted', 'Pending', [{ commandStatus: 'Submitted' }], 0],
		['the action is pending, and the command waits for a resource', 'Pending', [{ commandStatus: 'PendingResource' }], 0],
		['the action is pending, with another command', 'Pending', [CREATED, CREATED], 1],
		['the action was cancelled before', 'Cancelled', [CREATED, CREATED], 1],
		['the action timed out before', 'TimeOut', [CREATED], 0],
		[
			'the action was cancelled before, by dates of the year 1',
			'Cancelled',
			[{ ...CREATED, startTime: '0001-01-01T00:00:00Z', endTime: '0001-01-01T00:00:00Z' }],
			0,
		],
		['another command had failed', 'Failed', [FAILED, CREATED], 1],
		['another command had failed, and this one has no state', 'Failed', [FAILED, { commandStatus: null }], 1],
	])('is certain that it did not where %s', (_, status, commands, index) => {
		expect(started(status, commands, index)).toBe(false);
	});

	it.each<[string, string, CommandState[], number]>([
		['the action is in progress', 'InProgress', [CREATED], 0],
		['the action is in progress, and shows no commands', 'InProgress', [], 0],
		['the action is pending, and another command has begun', 'Pending', [DONE, CREATED], 1],
		['the action is pending, and the state is unknown', 'Pending', [{ commandStatus: 'Odd' }], 0],
		['the action is pending, and the command failed', 'Pending', [FAILED], 0],
		['the action is in an unknown state', 'Odd', [CREATED], 0],
		['the action failed', 'Failed', [CREATED], 0],
		['the action succeeded', 'Succeeded', [CREATED], 0],
		['the command failed', 'Failed', [FAILED], 0],
		['the command has errors, and is said to be created', 'Failed', [{ ...CREATED, errors: ['no'] }], 0],
		['the command failed behind another', 'Failed', [FAILED, FAILED], 1],
		['the action was cancelled, and the command had been submitted', 'Cancelled', [{ commandStatus: 'Submitted' }], 0],
		['the action was cancelled, and another command had been submitted', 'Cancelled', [CREATED, { commandStatus: 'Submitted' }], 0],
		['the action was cancelled, and another command had begun', 'Cancelled', [DONE, CREATED], 1],
		['the action was cancelled, and shows no commands', 'Cancelled', [], 0],
		['the action timed out, and the command has no state', 'TimeOut', [{ commandStatus: null }], 0],
		['dates cannot be read', 'InProgress', [{ ...CREATED, startTime: 'soon', endTime: 5 }], 0],
	])('is not known where %s', (_, status, commands, index) => {
		expect(started(status, commands, index)).toBeNull();
	});
});

describe('whether the device began any command of an action', () => {
	const CREATED: CommandState = { commandStatus: 'Created' };
	const DONE: CommandState = { commandStatus: 'Completed' };

	it.each<[boolean | null, string, string, CommandState[]]>([
		[true, 'one completed', 'Succeeded', [DONE]],
		[true, 'the first completed, and the action was cancelled', 'Cancelled', [DONE, CREATED]],
		[true, 'the last is running', 'Pending', [CREATED, { commandStatus: 'Executing' }]],
		[false, 'the action is pending', 'Pending', [CREATED, CREATED]],
		[false, 'the action is pending, and shows no commands', 'Pending', []],
		[false, 'the action was cancelled before', 'Cancelled', [CREATED, CREATED]],
		[false, 'the action timed out before', 'TimeOut', [CREATED]],
		[null, 'the action is in progress', 'InProgress', [CREATED]],
		[null, 'the action is in progress, and shows no commands', 'InProgress', []],
		[null, 'the action was cancelled, and shows no commands', 'Cancelled', []],
		[null, 'the action is pending, and one failed', 'Pending', [CREATED, { commandStatus: 'Failed' }]],
		[null, 'the first failed, and the next was left out', 'Failed', [{ commandStatus: 'Failed' }, CREATED]],
	])('is %j where %s', (expected, _, status, commands) => {
		expect(hasStarted(actionOf(status, commands))).toBe(expected);
	});
});
