import type { IDataObject, IHttpRequestMethods } from 'n8n-workflow';
import type { CallKind } from './calls';
import type { Failure } from './failure';

export interface ApiRequest {
	kind: CallKind;
	method: IHttpRequestMethods;
	/** Path and query below `/api`, already encoded. */
	path: string;
	body?: IDataObject | FormData;
	/** Called with the time of each try, in ms, before it leaves. */
	leaves?(at: number): void;
	/** Whether a failure is not to be got over by another try of this call. */
	isFinal?(failure: Failure): boolean;
}
