/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { basename, join } from 'node:path';
import type { ICredentialType, INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';
import { NodeHelpers, UnexpectedError } from 'n8n-workflow';
import baseNodes from './base-nodes.json';

const ROOT = join(__dirname, '..', '..');

/** Where `npm run` put n8n's own nodes. */
const BASE_NODES = join(
	ROOT,
	'node_modules',
	'.cache',
	'defender-live-response',
	`n8n-nodes-base-${baseNodes.version}`,
);

/** n8n's own nodes that examples and tests use, by their name. */
const BASE_NODE_FILES: Record<string, string> = {
	manualTrigger: 'ManualTrigger/ManualTrigger.node.js',
	set: 'Set/Set.node.js',
	splitOut: 'Transform/SplitOut/SplitOut.node.js',
	if: 'If/If.node.js',
	switch: 'Switch/Switch.node.js',
	noOp: 'NoOp/NoOp.node.js',
};

/** Makes a class as n8n does: the file's name up to the first dot is the class's. */
function load<T>(file: string): T {
	const [className] = basename(file).split('.');
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- n8n loads nodes so
	const module = require(file) as Record<string, new () => T>;
	return new module[className]();
}

type AnyNodeType = INodeType | IVersionedNodeType;

/** The node types of a workflow: n8n's own, and those handed in by their full names. */
export class KnownNodeTypes implements INodeTypes {
	private readonly loaded = new Map<string, AnyNodeType>();

	constructor(own: Record<string, AnyNodeType>) {
		for (const [name, type] of Object.entries(own)) this.loaded.set(name, type);
	}

	getByName(name: string): AnyNodeType {
		const known = this.loaded.get(name);
		if (known) return known;
		const file = BASE_NODE_FILES[name.replace('n8n-nodes-base.', '')];
		if (!file) throw new UnexpectedError(`Unknown node type ${name}`);
		const type = load<AnyNodeType>(join(BASE_NODES, 'dist', 'nodes', file));
		this.loaded.set(name, type);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes() {
		return {};
	}
}

/** n8n's OAuth2 credential, which ours extends. */
export function oAuth2Api(): ICredentialType {
	return load(join(BASE_NODES, 'dist', 'credentials', 'OAuth2Api.credentials.js'));
}

/** The package as it is shipped, by the paths that its package.json names. */
export function builtPackage(): { nodes: Record<string, INodeType>; credentials: ICredentialType[] } {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- outside of what is compiled
	const { name, n8n } = require(join(ROOT, 'package.json')) as {
		name: string;
		n8n: { nodes: string[]; credentials: string[] };
	};
	const nodes = n8n.nodes.map((file) => load<INodeType>(join(ROOT, file)));
	return {
		nodes: Object.fromEntries(nodes.map((node) => [`${name}.${node.description.name}`, node])),
		credentials: n8n.credentials.map((file) => load<ICredentialType>(join(ROOT, file))),
	};
}
