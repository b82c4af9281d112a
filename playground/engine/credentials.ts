/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { getAdditionalKeys } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	ICredentialType,
	IExecuteData,
	IHttpRequestOptions,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	INodeTypes,
	IWorkflowDataProxyAdditionalKeys,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { ICredentialsHelper, NodeHelpers, UnexpectedError, Workflow } from 'n8n-workflow';

/** Any node; n8n resolves a credential's expressions in a workflow of one. */
const ANY_NODE = {
	id: 'mock',
	name: 'mock',
	typeVersion: 1,
	type: 'mock',
	position: [0, 0] as [number, number],
	parameters: {},
};

const ANY_NODE_TYPES = {
	getByNameAndVersion: () => ({ description: { properties: [] } }),
} as unknown as INodeTypes;

/** Fields that n8n takes from the credential type alone when the type hides them. */
const PINNED = ['authUrl', 'accessTokenUrl', 'grantType', 'authentication', 'scope', 'authQueryParameters'];

/** What the fields' expressions give for an item of a node that runs. */
function resolveForItem(
	data: INodeParameters,
	{ workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData }: ICredentialsExpressionResolveValues,
	mode: WorkflowExecuteMode,
	keys: IWorkflowDataProxyAdditionalKeys,
	executeData?: IExecuteData,
): ICredentialDataDecryptedObject {
	const { expression } = workflow;
	try {
		return expression.getParameterValue(
			data,
			runExecutionData,
			runIndex,
			itemIndex,
			node.name,
			connectionInputData,
			mode,
			keys,
			executeData,
			false,
			data,
		) as ICredentialDataDecryptedObject;
	} catch (error) {
		if (error instanceof Error) error.message += ' [Error resolving credentials]';
		throw error;
	}
}

/** The same for triggers, lists of the editor and the credential's test. */
function resolveWithoutItem(
	data: INodeParameters,
	mode: WorkflowExecuteMode,
	keys: IWorkflowDataProxyAdditionalKeys,
): ICredentialDataDecryptedObject {
	const { expression } = new Workflow({ nodes: [ANY_NODE], connections: {}, active: false, nodeTypes: ANY_NODE_TYPES });
	return expression.getComplexParameterValue(ANY_NODE, data, mode, keys, undefined, undefined, data) as ICredentialDataDecryptedObject;
}

/** Credentials in memory, with defaults, inheritance and expressions as n8n's own helper has them. */
export class MemoryCredentials extends ICredentialsHelper {
	/** What is stored of each credential, by id. */
	readonly stored = new Map<string, ICredentialDataDecryptedObject>();

	/** @param nodesWith the full names of the nodes that declare a type of credential */
	constructor(
		private readonly types: ICredentialType[],
		private readonly nodesWith: (type: string) => string[],
	) {
		super();
	}

	private typeOf(name: string): ICredentialType {
		const type = this.types.find((candidate) => candidate.name === name);
		if (type) return type;
		throw new UnexpectedError(`Unknown credential type ${name}`);
	}

	override getParentTypes(name: string): string[] {
		const parents = this.typeOf(name).extends ?? [];
		return [...parents, ...parents.flatMap((parent) => this.getParentTypes(parent))];
	}

	override getCredentialsProperties(name: string): INodeProperties[] {
		const { extends: parents = [], properties } = this.typeOf(name);
		const merged: INodeProperties[] = [];
		for (const parent of parents) NodeHelpers.mergeNodeProperties(merged, this.getCredentialsProperties(parent));
		NodeHelpers.mergeNodeProperties(merged, properties);
		return merged;
	}

	override async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		{ id }: INodeCredentialsDetails,
		name: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw = false,
		item?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const original = this.stored.get(id ?? '');
		if (!original) throw new UnexpectedError(`Credential ${id} does not exist`);
		if (raw) return { ...original };
		const properties = this.getCredentialsProperties(name);
		const entered = { ...original };
		for (const field of PINNED) {
			if (properties.some((property) => property.name === field && property.type === 'hidden')) delete entered[field];
		}
		const data = NodeHelpers.getNodeParameters(properties, entered as never, true, false, null, null);
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		const resolved = item ? resolveForItem(data as never, item, mode, keys, executeData) : resolveWithoutItem(data as never, mode, keys);
		return original.oauthTokenData === undefined ? resolved : { ...resolved, oauthTokenData: original.oauthTokenData };
	}

	override async updateCredentialsOauthTokenData(
		{ id }: INodeCredentialsDetails,
		_type: string,
		{ oauthTokenData }: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.stored.set(id ?? '', { ...this.stored.get(id ?? ''), oauthTokenData });
	}

	override async updateCredentials({ id }: INodeCredentialsDetails, _type: string, data: ICredentialDataDecryptedObject) {
		this.stored.set(id ?? '', data);
	}

	override isCredentialUsableByNode(name: string, nodeType: string): boolean {
		return !this.typeOf(name).restrictToSupportedNodes || this.nodesWith(name).includes(nodeType);
	}

	override async authenticate(_data: unknown, _type: string, options: unknown): Promise<IHttpRequestOptions> {
		return options as IHttpRequestOptions;
	}

	override async preAuthentication() {
		return undefined;
	}

	override async runPreAuthentication() {
		return undefined;
	}

	override async getCredentials(): Promise<ICredentials> {
		throw new UnexpectedError('Not needed to run a workflow');
	}
}
