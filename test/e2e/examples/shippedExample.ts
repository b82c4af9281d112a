/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, INode } from 'n8n-workflow';
import type { Emulator } from '../../../playground/emulator';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');

/** An example as n8n imports it. */
export interface ShippedExample {
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: object;
	active: boolean;
}

/** An example as it is shipped, with the API's address replaced by the emulator's. */
export function shippedExample(name: string, { apiUrl }: Emulator): ShippedExample {
	const text = readFileSync(join(EXAMPLES, `${name}.json`), 'utf8');
	const example = JSON.parse(text.replaceAll('https://api.security.microsoft.com', apiUrl)) as ShippedExample;
	return { ...example, active: false };
}

/** A node of it, to be changed as a user would change it. */
export function nodeOf(example: ShippedExample, name: string): INode {
	return example.nodes.find((node) => node.name === name)!;
}

/** Replaces the list of devices that some examples start with. */
export function setDevices(example: ShippedExample, device: string[]): void {
	nodeOf(example, 'Devices').parameters.jsonOutput = JSON.stringify({ device });
}
