import type { INode } from 'n8n-workflow';

/** Whether an AI agent runs the node: n8n gives that variant of it this name. */
export function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}
