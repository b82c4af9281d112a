import type { INode } from 'n8n-workflow';
import type { Example } from '../../../playground/n8n/examples';

/** A node of an example, to be changed as a user would change it. */
export function nodeOf(example: Example, name: string): INode {
	return example.nodes.find((node) => node.name === name)!;
}

/** Replaces the list of devices that some examples start with. */
export function setDevices(example: Example, device: string[]): void {
	nodeOf(example, 'Devices').parameters.jsonOutput = JSON.stringify({ device });
}
