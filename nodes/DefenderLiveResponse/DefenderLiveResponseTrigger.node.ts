import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { triggerFields } from './trigger/fields';
import { poll } from './trigger/poll';

/** Starts a workflow when live responses have ended. Defender sends no events, so the trigger polls. */
export class DefenderLiveResponseTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Microsoft Defender Live Response Trigger',
		name: 'defenderLiveResponseTrigger',
		icon: { light: 'file:../../icons/liveResponse.svg', dark: 'file:../../icons/liveResponse.dark.svg' },
		group: ['trigger'],
		version: [1],
		subtitle: '={{ $parameter["emit"] === "results" ? "On result of a live response" : "On live response ended" }}',
		// The panel shows one text for node and trigger: this one.
		description:
			'Run scripts and collect files on devices with Microsoft Defender for Endpoint, get the results, or start when a live response has ended',
		defaults: { name: 'Microsoft Defender Live Response Trigger' },
		usableAsTool: undefined,
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		sensitiveOutputFields: ['downloadLink'],
		credentials: [{ name: 'microsoftDefenderOAuth2Api', required: true }],
		properties: triggerFields,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
