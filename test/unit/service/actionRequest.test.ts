import { callOf } from '../../../nodes/DefenderLiveResponse/service/actionRequest';
import { responseCall } from '../../../nodes/DefenderLiveResponse/service/calls';

const ISOLATE = responseCall('isolate the device', 'Machine.Isolate', {
	name: 'Isolate Device',
	type: 'Isolate',
	path: 'isolate',
	systems: 'Windows',
});

it.each<[string, { name: string; value: string } | undefined, Record<string, string>]>([
	['a field of its own', { name: 'IsolationType', value: 'Full' }, { Comment: 'case 4711', IsolationType: 'Full' }],
	['no field of its own', undefined, { Comment: 'case 4711' }],
])('a response action with %s is sent as Microsoft documents it', (_, field, body) => {
	expect(callOf({ machineId: 'a/b', comment: 'case 4711', kind: ISOLATE, field })).toEqual({
		kind: ISOLATE,
		method: 'POST',
		path: '/machines/a%2Fb/isolate',
		body,
	});
});

it('a response action is never sent twice by itself, and needs its own permission', () => {
	expect(ISOLATE).toMatchObject({
		repeatable: false,
		purpose: 'isolate the device',
		subject: 'device',
		limitGroup: 'responses',
		applicationRoles: ['Machine.Isolate'],
		delegatedScopes: ['Machine.Isolate'],
	});
});
