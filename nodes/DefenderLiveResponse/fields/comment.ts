import type { INodeProperties } from 'n8n-workflow';
import type { Row } from './row';
import { asText, isNoValue, InvalidValue } from './row';

/** Why something is done; the service keeps it with the machine action. */
export function comment(description: string, more: Partial<INodeProperties>): Row<string> {
	return {
		field: { displayName: 'Comment', type: 'string', required: true, default: '', description, ...more },
		read(value) {
			const entered = asText(value) ?? '';
			if (entered !== '' && !isNoValue(entered)) return entered;
			throw new InvalidValue('is empty', 'Say why: Defender keeps it with the machine action.');
		},
	};
}

/** The same of what is asked of a device: by default the workflow and the execution, by which its action is known again. */
export function requestComment(description: string): Row<string> {
	return comment(description, {
		default: '=n8n workflow {{ $workflow.name }} ({{ $workflow.id }}), execution {{ $execution.id }}',
		builderHint: { propertyHint: 'Keep the default: it names the workflow and the execution.' },
		hint: "Keep the execution's ID in it: if the answer to a request is lost, the node recognizes its action by it",
	});
}
