import type { IDataObject, IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

export const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** What n8n gives an operation, a trigger's poll or a picker to make requests with. */
export type RequestContext = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

/**
 * The context with a credential and a signal of the node's choice: n8n's helpers ask the context for both at each
 * request, and take its signal in place of the request's own.
 */
export function withCredential(context: RequestContext, credential: IDataObject, signal: AbortSignal | undefined): RequestContext {
	return Object.create(context, {
		getCredentials: { value: async () => await Promise.resolve(credential) },
		getExecutionCancelSignal: { value: () => signal },
	}) as RequestContext;
}
