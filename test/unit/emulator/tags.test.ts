import type { Emulator } from '../../../playground/emulator';
import { apiClient, startWithClock } from './client';

let emulator: Emulator;
let call: ReturnType<typeof apiClient>;
let ids: string[];
beforeAll(async () => {
	({ emulator } = await startWithClock());
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
	ids = ['ws-01', 'ws-02', 'ws-03'].map((computerDnsName) => emulator.addDevice({ computerDnsName, machineTags: ['old'] }).id);
});
afterAll(() => emulator.close());

const tagsOf = () => emulator.machines().map(({ machineTags }) => machineTags);
const tagMany = (MachineIds: unknown, Action = 'Add', Value = 'case') =>
	call('POST', '/machines/AddOrRemoveTagForMultipleMachines', { Value, Action, MachineIds });

test('one device gets a tag once, and loses it', async () => {
	const tag = (Action: string, Value = 'case') => call('POST', `/machines/${ids[0]}/tags`, { Value, Action });
	expect(await tag('Add')).toMatchObject({ status: 200, body: { id: ids[0], machineTags: ['old', 'case'] } });
	expect((await tag('Add', 'old')).body.machineTags).toEqual(['case', 'old']);
	expect((await tag('Remove')).body.machineTags).toEqual(['old']);
	expect((await tag('Remove')).status).toBe(200);
	expect((await call('POST', '/machines/none/tags', { Value: 'x', Action: 'Add' })).body.error.code).toBe('ResourceNotFound');
});

test('many devices in one call, 500 at most', async () => {
	const { status, body } = await tagMany(ids.slice(0, 2));
	expect([status, body.value.map(({ id }: { id: string }) => id)]).toEqual([200, ids.slice(0, 2)]);
	expect(tagsOf()).toEqual([['old', 'case'], ['old', 'case'], ['old']]);
	await tagMany(ids, 'Remove', 'old');
	expect(tagsOf()).toEqual([['case'], ['case'], []]);
	const many = Array.from({ length: 501 }, () => ids[0]);
	expect((await tagMany(many)).body.error.code).toBe('MaximumBatchSizeExceeded');
	expect((await tagMany(many.slice(1))).status).toBe(200);
});

test('an unknown device among many: the call is refused, or the answer leaves it out', async () => {
	const unknown = '0'.repeat(40);
	expect((await tagMany([...ids, unknown])).body.error).toMatchObject({
		code: 'ResourceNotFound',
		message: `Machine ${unknown} was not found`,
	});
	expect(tagsOf()).toEqual([['old'], ['old'], ['old']]);
	emulator.settings.unknownInMany = 'leaveOut';
	expect((await tagMany([unknown, ...ids])).body.value).toHaveLength(3);
	expect(tagsOf()[2]).toEqual(['old', 'case']);
});

test.each([
	[{ Action: 'Add' }, 'MissingRequiredParameter'],
	[{ Value: 'x' }, 'MissingRequiredParameter'],
	[{ Value: 'x', Action: 'add' }, 'InvalidInput'],
	[{ value: 'x', Action: 'Add' }, 'InvalidRequestBody'],
	[{ Value: 7, Action: 'Add' }, 'InvalidRequestBody'],
	[{ Value: 'x'.repeat(201), Action: 'Add' }, 'InvalidInput'],
])('%j is refused', async (body, code) => {
	expect(await call('POST', `/machines/${ids[0]}/tags`, body)).toMatchObject({ status: 400, body: { error: { code } } });
	expect(await call('POST', '/machines/AddOrRemoveTagForMultipleMachines', { ...body, MachineIds: ids })).toMatchObject({
		status: 400,
		body: { error: { code } },
	});
	expect(tagsOf()).toEqual([['old'], ['old'], ['old']]);
});

test('many without devices, or with what is none', async () => {
	expect((await tagMany(undefined)).body.error.code).toBe('MissingRequiredParameter');
	expect((await tagMany('x')).body.error.code).toBe('InvalidRequestBody');
	expect((await tagMany([7])).body.error.code).toBe('InvalidRequestBody');
});
