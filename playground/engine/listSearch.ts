import { LoadOptionsContext } from 'n8n-core';
import type { INode, INodeCredentials, INodeListSearchResult, INodeParameters } from 'n8n-workflow';
import { NodeHelpers, UnexpectedError, Workflow } from 'n8n-workflow';
import type { Host } from './additionalData';
import { serverData } from './additionalData';

export interface ListSearchOptions {
	/** What the node's form holds so far; the rest has its defaults, as in the editor. */
	parameters?: INodeParameters;
	/** What the user typed into the list's search field. */
	filter?: string;
	/** What the page before this one gave. */
	paginationToken?: string;
	/** By credential type, as a node of a workflow has them. */
	credentials?: INodeCredentials;
	/** The parameter whose list it is; matters to a method that reads its neighbours by `&name`. */
	path?: string;
	typeVersion?: number;
}

/**
 * Fills a resource locator's list as the editor's server does (n8n 2.41.1, `DynamicNodeParametersService`).
 *
 * @throws what the method throws, and when the node has no such method
 */
export async function listSearch(
	host: Host,
	nodeType: string,
	method: string,
	{ parameters = {}, filter, paginationToken, credentials, path = 'parameters', typeVersion = 1 }: ListSearchOptions = {},
): Promise<INodeListSearchResult> {
	const type = host.nodeTypes.getByNameAndVersion(nodeType, typeVersion);
	const search = type.methods?.listSearch?.[method];
	if (!search) throw new UnexpectedError(`Node type ${nodeType} has no list search "${method}"`);
	const node: INode = {
		id: 'uuid-1234',
		name: 'Temp-Node',
		type: nodeType,
		typeVersion,
		position: [0, 0],
		parameters,
		...(credentials && { credentials }),
	};
	const { description } = type;
	node.parameters = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description) ?? {};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes: host.nodeTypes });
	const additionalData = { ...serverData(host), currentNodeParameters: node.parameters };
	const context = new LoadOptionsContext(workflow, workflow.nodes['Temp-Node'], additionalData, path);
	const result = await workflow.expression.withIsolate(async () => await search.call(context, filter, paginationToken));
	// The token goes to the editor and back as text.
	const token = result.paginationToken as unknown;
	return typeof token === 'number' ? { ...result, paginationToken: String(token) } : result;
}
