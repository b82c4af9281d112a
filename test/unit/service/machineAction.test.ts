import fc from 'fast-check';
import { actionEntity } from '../result/entities';
import { onZod, ZODS } from '../result/eachZod';
import { fuzz } from '../result/fuzzRuns';

describe.each(ZODS)('on %s', (zod) => {
	const { readMachineAction, hasEnded } = onZod(zod, () =>
		jest.requireActual<typeof import('../../../nodes/DefenderLiveResponse/service/machineAction')>(
			'../../../nodes/DefenderLiveResponse/service/machineAction',
		),
	);

	it('is the zod that it says', () => {
		const version = onZod(zod, () => {
			const { z } = jest.requireMock<{ z: { string(): object } }>('zod');
			return '_zod' in z.string() ? 'zod-next' : 'zod';
		});
		expect(version).toBe(zod);
	});

	it('keeps an entity as it came, and what is needed of it', () => {
		const entity = actionEntity('Succeeded', [{ type: 'RunScript', params: [{ key: 'ScriptName', value: 'a.ps1' }] }]);
		const action = readMachineAction(entity);
		expect(action?.entity).toBe(entity);
		expect(action).toMatchObject({
			id: entity.id,
			status: 'Succeeded',
			machineId: entity.machineId,
			requestorComment: 'case 4711',
			commands: [{ index: 0, commandStatus: 'Completed', errors: [], command: { type: 'RunScript' } }],
		});
	});

	it.each(['..', '.', '', 'a/b', 'a?b', 'a%2fb', '\ud800'])('reads no action named %j, which would change a path', (id) => {
		expect(readMachineAction(actionEntity('Succeeded', [], id))).toBeUndefined();
	});

	it.each<[string, object]>([
		['commands', { commands: undefined }],
		['commands, being null', { commands: null }],
		[
			'everything but id and status',
			{ ...Object.fromEntries(Object.keys(actionEntity('x', [])).map((key) => [key, undefined])), id: 'x', status: 'Pending' },
		],
		['a type', { type: null }],
		['a device', { machineId: null, computerDnsName: null }],
	])('reads an action without %s', (_, missing) => {
		const action = readMachineAction({ ...actionEntity('Pending', []), ...missing });
		expect(action?.commands).toEqual([]);
	});

	it('reads commands without their parts', () => {
		const action = readMachineAction({
			id: 'x',
			status: 'InProgress',
			commands: [
				{ index: 0 },
				{ index: 1, errors: null, command: null },
				{ index: 2, command: { type: 'NewType', params: null }, future: 1 },
			],
		});
		expect(action?.commands.map(({ errors, command }) => [errors, command?.params])).toEqual([
			[[], undefined],
			[[], undefined],
			[[], []],
		]);
		expect(action?.commands[2]).toMatchObject({ command: { type: 'NewType' } });
	});

	it.each([
		undefined,
		null,
		'text',
		5,
		[],
		{},
		{ id: 'a/b', status: 'Pending' },
		{ status: 'Pending' },
		{ id: 5, status: 'Pending' },
		{ error: { code: 'NotFound' } },
	])('%j is not a machine action', (value) => {
		expect(readMachineAction(value)).toBeUndefined();
	});

	it.each([
		['Pending', false],
		['InProgress', false],
		['Succeeded', true],
		['Failed', true],
		['TimeOut', true],
		['Cancelled', true],
		['Paused', false],
		['', false],
	])('%s has ended: %s', (status, expected) => {
		const action = readMachineAction(actionEntity(status, []));
		expect(action && hasEnded(action)).toBe(expected);
	});

	it('reads anything without an exception, and keeps the entity as it came', () => {
		fc.assert(
			fc.property(
				fc.anything(),
				fc.dictionary(
					fc.string().filter((key) => key !== '__proto__' && !(key in actionEntity('x', []))),
					fc.jsonValue(),
				),
				(any, unknown) => {
					readMachineAction(any);
					const entity = { ...actionEntity('Pending', []), ...unknown };
					expect(readMachineAction(entity)?.entity).toEqual(entity);
				},
			),
			fuzz(),
		);
	});

	it.each([
		['one text instead of a list', 'Script not found', ['Script not found']],
		['an empty text', '', []],
		['nothing', null, []],
		['something else', { code: 5 }, [{ code: 5 }]],
	])('reads errors that are %s', (_, errors, expected) => {
		const action = readMachineAction({ id: 'a', status: 'Failed', commands: [{ index: 0, errors }] });
		expect(action?.commands[0].errors).toEqual(expected);
	});

	it('reads an action whose status is not a text as one without a status', () => {
		expect(readMachineAction({ id: 'a', status: 5 })?.status).toBe('');
	});

	const commandOf = (command: object) => readMachineAction({ id: 'a', status: 'Succeeded', commands: [command] })?.commands[0];

	it.each<[unknown, number]>([
		[7, 7],
		['7', 7],
		['123456789', 123_456_789],
	])('reads the number %j of a command', (index, expected) => {
		expect(commandOf({ index })).toMatchObject({ index: expected });
	});

	it.each([-1, 1.5, '', 'a5', '5a', '1234567890', {}])('does not read a command whose number is %j', (index) => {
		expect(commandOf({ index, commandStatus: 'Completed' })).toMatchObject({ index: 0, commandStatus: '(unreadable)' });
	});

	it('keeps the value of a parameter whose key is not a text, and the place of one that is none', () => {
		expect(commandOf({ command: { params: [{ key: 5, value: 'x' }, null] } })?.command?.params).toEqual([
			{ key: '', value: 'x' },
			{ key: '', value: null },
		]);
	});

	it('numbers commands by their place where the service does not', () => {
		const commands = [{ command: { type: 'PutFile' } }, { command: { type: 'RunScript' } }];
		expect(readMachineAction({ id: 'a', status: 'Succeeded', commands })?.commands.map(({ index }) => index)).toEqual([0, 1]);
	});
});
