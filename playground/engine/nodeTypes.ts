/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import './environment';
import { basename, join } from 'node:path';
import { DirectoryLoader } from 'n8n-core';
import type { ICredentialType, INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';
import { NodeHelpers, UnexpectedError } from 'n8n-workflow';
import baseNodes from './base-nodes.json';
import { asTool, TOOL_SUFFIX } from './toolNodes';

const ROOT = join(__dirname, '..', '..');

/** Where `npm run` put n8n's own nodes. */
const BASE_NODES = join(ROOT, 'node_modules', '.cache', 'defender-live-response', `n8n-nodes-base-${baseNodes.version}`);

/** n8n's own nodes that examples and tests use, by their name. */
const BASE_NODE_FILES: Record<string, string> = {
	aggregate: 'Transform/Aggregate/Aggregate.node.js',
	dataTable: 'DataTable/DataTable.node.js',
	dateTime: 'DateTime/DateTime.node.js',
	filter: 'Filter/Filter.node.js',
	httpRequest: 'HttpRequest/HttpRequest.node.js',
	if: 'If/If.node.js',
	limit: 'Transform/Limit/Limit.node.js',
	manualTrigger: 'ManualTrigger/ManualTrigger.node.js',
	merge: 'Merge/Merge.node.js',
	noOp: 'NoOp/NoOp.node.js',
	readWriteFile: 'Files/ReadWriteFile/ReadWriteFile.node.js',
	removeDuplicates: 'Transform/RemoveDuplicates/RemoveDuplicates.node.js',
	scheduleTrigger: 'Schedule/ScheduleTrigger.node.js',
	set: 'Set/Set.node.js',
	sort: 'Transform/Sort/Sort.node.js',
	splitInBatches: 'SplitInBatches/SplitInBatches.node.js',
	splitOut: 'Transform/SplitOut/SplitOut.node.js',
	stickyNote: 'StickyNote/StickyNote.node.js',
	stopAndError: 'StopAndError/StopAndError.node.js',
	summarize: 'Transform/Summarize/Summarize.node.js',
	switch: 'Switch/Switch.node.js',
	wait: 'Wait/Wait.node.js',
	webhook: 'Webhook/Webhook.node.js',
};

/** Makes a class as n8n does: the file's name up to the first dot is the class's. */
function load<T>(file: string): T {
	const [className] = basename(file).split('.');
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- n8n loads nodes so
	const module = require(file) as Record<string, new () => T>;
	return new module[className]();
}

type AnyNodeType = INodeType | IVersionedNodeType;

/**
 * Adds the parameters that n8n's own loader adds to a node, such as a polling node's `pollTimes`.
 * A description that two instances share gets them once.
 */
function withSpecialParameters(type: AnyNodeType): AnyNodeType {
	// Private to n8n, but it uses nothing of the loader.
	const { applySpecialNodeParameters } = DirectoryLoader.prototype as unknown as { applySpecialNodeParameters(node: INodeType): void };
	for (const node of 'nodeVersions' in type ? Object.values(type.nodeVersions) : [type]) {
		if (node.description.properties.some(({ name }) => name === 'pollTimes')) continue;
		applySpecialNodeParameters(node);
	}
	return type;
}

/** The node types of a workflow: n8n's own, and the given ones by their full names. */
export class KnownNodeTypes implements INodeTypes {
	private readonly loaded = new Map<string, AnyNodeType>();

	private readonly tools = new Map<string, INodeType>();

	constructor(own: Record<string, AnyNodeType>) {
		for (const [name, type] of Object.entries(own)) this.loaded.set(name, withSpecialParameters(type));
	}

	getByName(name: string): AnyNodeType {
		const known = this.known(name);
		if (known) return known;
		throw new UnexpectedError(`Unknown node type ${name}`);
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		// The variant of a node that AI agents use, unless there is a node of that very name.
		if (name.endsWith(TOOL_SUFFIX) && !this.known(name)) {
			const tool = `${name}@${version}`;
			const made = this.tools.get(tool) ?? asTool(this.getByNameAndVersion(name.slice(0, -TOOL_SUFFIX.length), version));
			this.tools.set(tool, made);
			return made;
		}
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	/** The nodes that declare a type of credential, and their tool variants. */
	namesWithCredential(type: string): string[] {
		const declares = ({ description }: INodeType) => description.credentials?.some(({ name }) => name === type) ?? false;
		return [...this.loaded]
			.filter(([, node]) => ('nodeVersions' in node ? Object.values(node.nodeVersions) : [node]).some(declares))
			.flatMap(([name]) => [name, name + TOOL_SUFFIX]);
	}

	private known(name: string): AnyNodeType | undefined {
		const known = this.loaded.get(name);
		if (known) return known;
		const file = BASE_NODE_FILES[name.replace('n8n-nodes-base.', '')];
		if (!file) return undefined;
		const type = withSpecialParameters(load<AnyNodeType>(join(BASE_NODES, 'dist', 'nodes', file)));
		this.loaded.set(name, type);
		return type;
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
