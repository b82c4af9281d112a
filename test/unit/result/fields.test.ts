import type { INodeProperties } from 'n8n-workflow';
import { flag } from '../../../nodes/DefenderLiveResponse/fields/row';
import { resultFields } from '../../../nodes/DefenderLiveResponse/result/fields';

const namesOf = (fields: INodeProperties[]) => fields.map(({ name }) => name);
const field = (fields: INodeProperties[], name: string) => fields.find((each) => each.name === name);
const WAITING = { waitForCompletion: [true] };
const AS_TOOL = { '@tool': [true] };

it('an operation that gives results has its fields in the order of the editor', () => {
	expect(namesOf(resultFields())).toEqual(['waitForCompletion', 'maxWaitMinutes', 'routeByOutcome', 'simplify', 'followLink']);
	expect(namesOf(resultFields({ own: flag('Own', false, 'Whether it is') }))).toEqual([
		'waitForCompletion',
		'maxWaitMinutes',
		'own',
		'routeByOutcome',
		'simplify',
	]);
});

it('results are not routed unless it is chosen, by a value that the editor can read', () => {
	expect(field(resultFields(), 'routeByOutcome')).toMatchObject({
		displayName: 'Route by Outcome',
		default: false,
		noDataExpression: true,
		description: 'Whether to use three outputs: Succeeded, Failed and Not Finished',
	});
});

it('Max Wait is shown while the node waits, and outputs are not chosen for a tool', () => {
	const fields = resultFields();
	expect(field(fields, 'maxWaitMinutes')?.displayOptions).toEqual({ show: WAITING });
	expect(field(fields, 'routeByOutcome')?.displayOptions).toEqual({ hide: AS_TOOL });
	for (const name of ['waitForCompletion', 'simplify', 'followLink']) expect(field(fields, name)).not.toHaveProperty('displayOptions');
	expect(field(fields, 'waitForCompletion')?.noDataExpression).toBe(false);
});

it('of a run, where waiting decides on the outputs, it cannot be an expression, and routing is shown while the node waits', () => {
	const fields = resultFields({});
	expect(field(fields, 'waitForCompletion')?.noDataExpression).toBe(true);
	expect(field(fields, 'routeByOutcome')?.displayOptions).toEqual({ show: WAITING, hide: AS_TOOL });
});
