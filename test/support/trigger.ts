import type { IDataObject, INode } from 'n8n-workflow';
import type { WorkflowJson } from '../../playground/engine/engine';
import { TRIGGER_TYPE } from './setting';

/** A workflow of the trigger alone. */
export function triggerWorkflow(parameters: IDataObject = {}): WorkflowJson {
	const trigger = {
		id: 'trigger',
		name: 'Ended',
		type: TRIGGER_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, ...parameters },
		credentials: { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Microsoft Defender' } },
	};
	return { name: 'Trigger', nodes: [trigger as unknown as INode], connections: {} };
}
