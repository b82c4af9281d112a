import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import { refusedItems } from './host/eachItem';
import { chosenOperation, nodeProperties, subtitle } from './operations';
import { searchLibraryFiles } from './pickers/searchLibraryFiles';
import { searchMachineActions, searchPackageActions } from './pickers/searchMachineActions';
import { searchMachines } from './pickers/searchMachines';

/**
 * What the editor shows, and the way to the operations. Programmatic rather than declarative: one item means
 * several calls that depend on each other, with waiting, a second host and binary streams between them.
 */
export class DefenderLiveResponse implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Microsoft Defender Live Response',
		name: 'defenderLiveResponse',
		icon: { light: 'file:../../icons/liveResponse.svg', dark: 'file:../../icons/liveResponse.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle: subtitle(),
		// The panel shows one text for node and trigger.
		description:
			'Run scripts and collect files on devices with Microsoft Defender for Endpoint, get the results, or start when a live response has ended',
		defaults: { name: 'Microsoft Defender Live Response' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs:
			'={{ $parameter["resource"] === "liveResponse" && [true, "true"].includes($parameter["routeByOutcome"]) && ($parameter["operation"] !== "run" || [true, "true"].includes($parameter["waitForCompletion"])) ? [{ type: "main", displayName: "Succeeded" }, { type: "main", displayName: "Failed" }, { type: "main", displayName: "Not Finished" }] : [{ type: "main" }] }}',
		hints: [
			{
				message: 'A device takes minutes. The results of all items are returned together, after the last one or after Max Wait.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["resource"] === "liveResponse" && $parameter["waitForCompletion"] !== false }}',
			},
		],
		builderHint: {
			searchHint:
				'Scripts, collected files and response actions on devices of Microsoft Defender for Endpoint. A device takes minutes: run without waiting, then Get Result. outcome pending is not an error. To start a workflow when live responses have ended, use the trigger.',
			relatedNodes: [
				{ nodeType: 'n8n-nodes-defender-live-response.defenderLiveResponseTrigger', relationHint: 'Starts when live responses have ended' },
			],
		},
		sensitiveOutputFields: ['downloadLink'],
		credentials: [{ name: 'microsoftDefenderOAuth2Api', required: true }],
		properties: nodeProperties(),
	};

	methods = { listSearch: { searchLibraryFiles, searchMachineActions, searchMachines, searchPackageActions } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = chosenOperation(this);
		if (operation) return await operation.execute(this).catch((error: unknown) => [refusedItems(this, error)]);
		const unknown = new NodeOperationError(this.getNode(), "'Operation' is not one of this node's operations", {
			description: 'Choose an operation from the list.',
		});
		return [refusedItems(this, unknown)];
	}
}
