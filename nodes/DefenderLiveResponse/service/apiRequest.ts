import type { IDataObject, IHttpRequestMethods } from 'n8n-workflow';
import type { CallKind } from './calls';

export interface ApiRequest {
	kind: CallKind;
	method: IHttpRequestMethods;
	/** Path and query below `/api`, already encoded. */
	path: string;
	body?: IDataObject | FormData;
}
