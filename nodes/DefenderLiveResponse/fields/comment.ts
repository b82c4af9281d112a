import type { INodeProperties } from 'n8n-workflow';

/** Why something is asked of a device: by default the workflow and the execution, by which its action is known again. */
export function commentField(description: string): INodeProperties {
	return {
		displayName: 'Comment',
		name: 'comment',
		type: 'string',
		required: true,
		default: '=n8n workflow {{ $workflow.name }} ({{ $workflow.id }}), execution {{ $execution.id }}',
		description,
		builderHint: { propertyHint: 'Keep the default: it names the workflow and the execution.' },
		hint: "Keep the execution's ID in it: if the answer to a request is lost, the node recognizes its action by it",
	};
}
