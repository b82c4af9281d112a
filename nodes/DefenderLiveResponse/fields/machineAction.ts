import type { INodeProperties } from 'n8n-workflow';
import { GUID } from '../service/guid';
import type { Choice } from './locator';
import { byValue, fromList, locator } from './locator';
import { InvalidValue } from './row';

/** Machine actions are named by GUIDs; anything else could reshape the URL. */
function readId({ value }: Choice): string {
	// As the service writes IDs: a filter may distinguish upper and lower case.
	if (GUID.test(value)) return value.toLowerCase();
	throw new InvalidValue(
		value === '' ? 'is empty' : 'is not the ID of a machine action',
		'Connect this node after one that ran a live response, or enter the ID (a GUID) of the machine action.',
	);
}

function machineAction(description: string, searchListMethod: string, listPlaceholder: string) {
	const more: Partial<INodeProperties> = {
		default: { mode: 'id', value: '={{ $json.machineActionId ?? $json.id }}' },
		builderHint: {
			propertyHint: 'Keep the default after a node that ran a live response: it reads machineActionId, or else id, of the item.',
		},
	};
	const modes = [fromList(searchListMethod, listPlaceholder), byValue('By ID', 'id', 'e.g. 988cc94e-7a8f-4b28-ab65-54970c5d5018')];
	return { machineActionId: locator('Machine Action', description, modes, more, readId) };
}

/** The machine action that another node started: after such a node its default needs no change. */
export const MACHINE_ACTION = machineAction(
	'The machine action of the live response',
	'searchMachineActions',
	'Choose a recent live response…',
);

/** The same of an investigation package. */
export const PACKAGE_ACTION = machineAction(
	'The machine action that collects the investigation package',
	'searchPackageActions',
	'Choose a recent package…',
);
